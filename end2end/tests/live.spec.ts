// What happens while a page is open: files change, break, and are mended; servers go away and come back.
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alive, expect, Server, test } from '../support/test';

const ACME = new URL('../clusters/acme.yaml', import.meta.url);

async function folder(): Promise<{ path: string; file: string; text: string }> {
  const path = await mkdtemp(join(tmpdir(), 'gatewatch-'));
  const file = join(path, 'acme.yaml');
  const text = await readFile(ACME, 'utf8');
  await writeFile(file, text);
  return { path, file, text };
}

const labelled = (text: string) =>
  text.replace('kubernetes.io/metadata.name: hr\n', 'kubernetes.io/metadata.name: hr\n    shared-gateway-access: "true"\n');

test('labelling the Namespace in the file turns the verdict without a reload, with a mark @js', async ({ page }) => {
  const { path, file, text } = await folder();
  const server = await Server.start(['-f', path]);
  await page.goto(server.url);
  await alive(page, true);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 3 routes cannot attach');
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  await writeFile(`${file}.new`, labelled(text));
  await rename(`${file}.new`, file);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 routes are attached', { timeout: 3_000 });
  const row = page.getByRole('table', { name: 'Attachments, worst first' }).getByRole('row').filter({ hasText: 'hr/cross-namespace' });
  await expect(row).toContainText('changed, was refused');
  await expect(page.getByRole('status').filter({ hasText: '1 attachment changed since you looked' })).toBeVisible();
  // The controller's words are now behind; that is told, too.
  await expect(row).toContainText('contradicts');
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
  await page.getByRole('button', { name: 'Mark as seen' }).click();
  await expect(row).not.toContainText('changed');
  await server.stop();
  await rm(path, { recursive: true });
});

test('a broken file keeps its last good state and says so; mending it heals the page @js', async ({ page }) => {
  const { path, file, text } = await folder();
  const server = await Server.start(['-f', path]);
  await page.goto(server.url);
  await alive(page, true);
  await writeFile(file, text.slice(0, 900) + '\n  broken: [');
  await expect(page.getByText('its last good state is shown')).toBeVisible({ timeout: 3_000 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 3 routes cannot attach');
  await writeFile(file, labelled(text));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 routes are attached', { timeout: 3_000 });
  await expect(page.getByText('its last good state is shown')).toHaveCount(0);
  await server.stop();
  await rm(path, { recursive: true });
});

test('one broken document among good ones is a problem with its place; the good ones are there', async ({ page }) => {
  const { path } = await folder();
  await writeFile(join(path, 'broken.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: {name: fine}\n---\nkind: [\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: bad, namespace: hr}\nspec: {rules: 5}\n');
  const server = await Server.start(['-f', path]);
  await page.goto(`${server.url}/visibility`);
  const problems = page.getByRole('region', { name: 'Problems in what was read' });
  await expect(problems).toContainText('broken.yaml, document 2');
  await expect(problems).toContainText('HTTPRoute hr/bad');
  await expect(problems).toContainText('spec.rules');
  await page.goto(server.url);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 3 routes cannot attach');
  await expect(page.getByText('2 problems in what was read')).toBeVisible();
  await server.stop();
  await rm(path, { recursive: true });
});

test('an open page keeps its data while the server is away and follows again when it is back @js', async ({ page, troubles }) => {
  let server = await Server.start(['--example', 'acme']);
  await page.goto(server.url);
  await alive(page, true);
  const port = server.port;
  expect(await server.stop()).toBe(0);
  await expect(page.getByText('reconnecting')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 3 routes cannot attach');
  server = await Server.start(['--example', 'acme'], port);
  await alive(page, true);
  await server.stop();
  // That the connection was refused meanwhile is what the test is about.
  troubles.splice(0, troubles.length, ...troubles.filter((trouble) => !trouble.includes('net::ERR')));
});

test('pause holds the page still, follow lets it go on @js', async ({ page }) => {
  const { path, file, text } = await folder();
  const server = await Server.start(['-f', path]);
  await page.goto(server.url);
  await alive(page, true);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('paused')).toBeVisible();
  await writeFile(file, labelled(text));
  const revision = async () => (await (await page.request.get(`${server.url}/api/v1/overview`)).json()).revision;
  await expect.poll(revision).toBe(2);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 3 routes cannot attach');
  await page.getByRole('button', { name: 'Follow' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All 3 routes are attached');
  await server.stop();
  await rm(path, { recursive: true });
});
