// The first story: who is attached, who is refused and why, and where a request would go.
import { accessible, alive, expect, test } from '../support/test';

const PAGES = ['/', '/gateways', '/gateways/infra-ns/shared-gateway', '/routes', '/routes/HTTPRoute/hr/cross-namespace', '/namespaces', '/try', '/try?url=http://172.18.255.201/hr', '/try/assertions', '/findings', '/findings/delegation-by-custom-label', '/visibility'];

test('the first page says which route is refused, at which gate and why', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(acme.url);
  await alive(page, javaScriptEnabled);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 3 routes cannot attach');
  const rows = page.getByRole('table', { name: 'Attachments, worst first' }).getByRole('row');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText('refused');
  await expect(rows.nth(1)).toContainText(
    'Listener shared-http admits namespaces with shared-gateway-access=true; namespace hr has no label shared-gateway-access.',
  );
  await expect(rows.nth(1)).toContainText('kubectl label namespace hr shared-gateway-access=true');
  await expect(rows.nth(1)).toContainText('reported: InvalidHTTPRoute');
  await expect(rows.nth(2)).toContainText('attached');
  await expect(rows.nth(3)).toContainText('attached');
  const tally = page.getByRole('list', { name: 'Routes by verdict' });
  await expect(tally).toHaveText(/2 attached\s*1 refused\s*0 orphan\s*0 unknown/);
  await expect(page.getByRole('group', { name: /Acceptance graph of infra-ns\/shared-gateway/ })).toBeVisible();
});

test('the form on the first page asks for /hr and the answer names the refused rule and the missing label', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(acme.url);
  await alive(page, javaScriptEnabled);
  await expect(page.getByLabel('URL or curl command')).toHaveValue('http://172.18.255.201/hr');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await expect(page).toHaveURL(/\/try\?/);
  await expect(page).toHaveTitle('GET /hr → 404 · Try a path · Gatewatch');
  const answer = page.getByRole('region', { name: 'Answer', exact: true });
  await expect(answer).toContainText('404');
  await expect(answer).toContainText('no attached rule matches GET /hr on shared-http');
  await expect(answer).toContainText('Rule 1 of hr/cross-namespace would have served it with echo-hr:9080');
  await expect(answer).toContainText('has no label shared-gateway-access');
  await expect(page.getByRole('region', { name: 'Decision ladder' }).getByRole('listitem')).toHaveCount(3);
  const changes = page.getByRole('region', { name: 'What would change the answer' });
  await expect(changes).toContainText('Label namespace hr with shared-gateway-access=true');
  await expect(changes).toContainText('it goes to hr/echo-hr:9080');
});

for (const [path, backend] of [['/careers', 'careers/echo-careers:9080'], ['/product', 'product/echo-product:9080']]) {
  test(`a request for ${path} is served by ${backend}`, async ({ page, acme }) => {
    await page.goto(`${acme.url}/try?url=http://172.18.255.201${path}`);
    await expect(page.getByRole('region', { name: 'Answer', exact: true })).toContainText(backend);
  });
}

test('the assertions of the example hold, and each leads to its request', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(`${acme.url}/try`);
  await alive(page, javaScriptEnabled);
  await page.getByRole('link', { name: 'Assertions' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 assertions hold');
  const held = page.getByRole('region', { name: 'Assertions', exact: true }).getByRole('listitem');
  await expect(held).toHaveCount(3);
  await expect(held.nth(2)).toContainText('hr is kept out');
  await held.nth(2).getByRole('link').click();
  await expect(page.getByRole('region', { name: 'Answer', exact: true })).toContainText('404');
});

test('an answer says as whom it was given and what another implementation would do', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(`${acme.url}/try?url=http://172.18.255.201//careers`);
  await alive(page, javaScriptEnabled);
  const changes = page.getByRole('region', { name: 'What would change the answer' });
  await expect(changes).toContainText('Answered as Cilium 1.20 routes.');
  await expect(changes).toContainText('dots and doubled slashes in paths: left as they are');
  await page.getByLabel('As implemented by').selectOption('Traefik 3.7');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Answer', exact: true })).toContainText('careers/echo-careers:9080');
  await expect(changes).toContainText('Answered as Traefik 3.7 routes.');
});

test('a pasted curl command is understood, and what is no URL is told beside the field', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(`${acme.url}/try`);
  await alive(page, javaScriptEnabled);
  const field = page.getByLabel('URL or curl command');
  await field.fill('curl -s -o /dev/null http://172.18.255.201/careers');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Answer', exact: true })).toContainText('careers/echo-careers:9080');
  await page.getByLabel('URL or curl command').fill('gopher://x/');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await expect(page.getByText('The scheme is gopher; there are http, https, ws, wss, grpc, grpcs, tls, tcp, udp.')).toBeVisible();
  await expect(page.getByLabel('URL or curl command')).toHaveAttribute('aria-invalid', 'true');
});

test("a route's page shows every gate and both sides of the one that failed", async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(acme.url);
  await alive(page, javaScriptEnabled);
  await page.getByRole('table', { name: 'Attachments, worst first' }).getByRole('link', { name: 'hr/cross-namespace' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('hr/cross-namespace');
  const card = page.locator('section.card');
  await expect(card.locator('ol.steps > li')).toHaveText([/^Class/, /^Gateway/, /^Listener/, /^Kind/, /^Namespacefailed: label missing/, /^Hostname.*not reached/, /^References.*not reached/]);
  await expect(card).toContainText('spec.listeners[0].allowedRoutes.namespaces.selector');
  await expect(card).toContainText('kubernetes.io/metadata.name=hr');
  await expect(card).toContainText('shared-gateway-access missing');
  await expect(page.getByRole('region', { name: 'Three witnesses' })).toContainText('attachedRoutes 2 = 2 computed');
  await expect(page.getByRole('region', { name: 'Rules' })).toContainText('PathPrefix /hr');
});

test('the matrix says which namespace opens which door', async ({ page, acme }) => {
  await page.goto(`${acme.url}/namespaces`);
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  await expect(row('careers')).toContainText('✓ admitted, in use');
  await expect(row('hr')).toContainText('✗ refused');
  await expect(row('hr')).toContainText('has no label shared-gateway-access');
  await expect(row('infra-ns')).toContainText('✗ refused');
});

test('the findings say what to look at, and the catalogue what each means', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(`${acme.url}/findings`);
  await alive(page, javaScriptEnabled);
  const row = page.getByRole('table', { name: 'Findings, worst first' }).getByRole('row').filter({ hasText: 'infra-ns/shared-gateway' });
  await expect(row).toContainText('shared-gateway-access');
  await row.getByRole('link', { name: 'A label that others may set opens a listener' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A label that others may set opens a listener');
  await expect(page.getByRole('region', { name: 'Meaning' })).toContainText('kubernetes.io/metadata.name');
});

test('the routes can be filtered by words and terms', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(`${acme.url}/routes`);
  await alive(page, javaScriptEnabled);
  await page.getByRole('textbox', { name: 'Filter' }).fill('verdict:attached ns:careers');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 3 attachments');
  await page.getByRole('textbox', { name: 'Filter' }).fill('colour:red');
  await page.getByRole('button', { name: 'Filter' }).click();
  await expect(page.getByText('The filter knows no key “colour”')).toBeVisible();
});

test('what does not exist is 404 with the nearest names', async ({ page, acme, troubles }) => {
  const check = async (path: string, words: string) => {
    const response = await page.goto(acme.url + path);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('main')).toContainText(words);
  };
  await check('/routes/HTTPRoute/hr/cross-namespce', 'HTTPRoute hr/cross-namespace');
  await check('/gateways/infra-ns/shared-gatewy', 'infra-ns/shared-gateway');
  await check('/nowhere', 'There is no such page');
  // Chromium itself reports the status of the page.
  const own = troubles.filter((trouble) => !trouble.includes('status of 404'));
  troubles.splice(0, troubles.length, ...own);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${colorScheme} @js`, async ({ page, acme }) => {
    await page.emulateMedia({ colorScheme });
    for (const path of PAGES) {
      await page.goto(acme.url + path);
      await alive(page, true);
      await accessible(page);
    }
  });
}

test('every page has its own title and one first heading, and fits 320 px', async ({ page, acme }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const titles = new Set<string>();
  for (const path of PAGES) {
    await page.goto(acme.url + path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    titles.add(await page.title());
    const wide = await page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth).catch(() => false);
    expect(wide, path).toBe(false);
  }
  expect(titles.size).toBe(PAGES.length);
});
