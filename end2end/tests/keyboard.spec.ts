// Everything by keyboard alone; and the colour scheme by a form.
import { alive, expect, test } from '../support/test';

test('a keyboard reaches the page past the frame, and every node of the graph', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(acme.url);
  await alive(page, javaScriptEnabled);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'To the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  const names: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    names.push(await page.locator(':focus').first().evaluate((element) => element.getAttribute('aria-label') ?? element.textContent ?? '').catch(() => ''));
    if (names.at(-1) === 'Try') break;
  }
  if (javaScriptEnabled === false) return;
  for (const wanted of [/hr\/cross-namespace|hr.*cross-namespace/, /shared-http/, /shared-gateway/]) {
    expect(names.some((name) => wanted.test(name)), `${wanted} in ${names.join(' | ')}`).toBe(true);
  }
});

test('the tester is worked by keyboard alone', async ({ page, acme, javaScriptEnabled }) => {
  await page.goto(`${acme.url}/try`);
  await alive(page, javaScriptEnabled);
  await page.getByLabel('URL or curl command').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('http://172.18.255.201/hr');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Answer', exact: true })).toContainText('404');
});

test('the colour scheme is chosen by a form and remembered', async ({ page, acme }) => {
  await page.goto(`${acme.url}/routes?filter=ns%3Ahr`);
  await page.getByRole('button', { name: 'Dark colours' }).click();
  await expect(page).toHaveURL(/\/routes\?filter=ns(%3A|:)hr$/);
  await expect(page.locator('html')).toHaveAttribute('data-scheme', 'dark');
  await page.goto(acme.url);
  await expect(page.locator('html')).toHaveAttribute('data-scheme', 'dark');
});
