// The pictures of the README, and of every page for people who look; made only when asked for (make screenshots).
import { fileURLToPath } from 'node:url';
import { alive, test } from '../support/test';

const FOLDER = fileURLToPath(new URL('../screenshots/', import.meta.url));
const PAGES: [string, string][] = [
  ['overview', '/'],
  ['gateways', '/gateways'],
  ['gateway', '/gateways/infra-ns/shared-gateway'],
  ['routes', '/routes'],
  ['route', '/routes/HTTPRoute/hr/cross-namespace'],
  ['namespaces', '/namespaces'],
  ['try', '/try?url=http://172.18.255.201/hr'],
  ['visibility', '/visibility'],
];
const KEPT = ['overview-light-1280', 'route-light-1280', 'try-light-1280'];

for (const colorScheme of process.env.SCREENSHOTS ? (['light', 'dark'] as const) : []) {
  for (const width of [1280, 390]) {
    test(`screenshots ${colorScheme} ${width} @js`, async ({ page, acme }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      for (const [name, path] of PAGES) {
        await page.goto(acme.url + path);
        await alive(page, true);
        const file = `${name}-${colorScheme}-${width}`;
        const place = KEPT.includes(file) ? FOLDER : `${FOLDER}all/`;
        await page.screenshot({ path: `${place}${file}.png`, fullPage: true });
      }
    });
  }
}
