// The tests' base: a server on the ACME example, and a page on which nothing may go wrong silently.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { Server } from './server';

export { expect, Server };

type Fixtures = { troubles: string[] };
type Shared = { acme: Server };

export const test = base.extend<Fixtures, Shared>({
  // One server on the ACME example for each worker.
  acme: [
    async ({}, use) => {
      const server = await Server.start(['--example', 'acme']);
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],

  // Errors of the console, of scripts, and of the content security policy; each test fails on any.
  troubles: [
    async ({ page }, use) => {
      const troubles: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) troubles.push(`${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
        });
      });
      await use(troubles);
      expect(troubles).toEqual([]);
    },
    { auto: true },
  ],
});

// Waits until the page has come alive; without JavaScript it never does and need not.
export async function alive(page: Page, javaScriptEnabled: boolean | undefined): Promise<void> {
  if (javaScriptEnabled === false) return;
  await expect(page.getByText('● live')).toBeVisible();
}

// No violation of any rule of axe on the page as it is now.
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`);
  expect(told).toEqual([]);
}

// Nothing is wider than the window.
export async function fits(page: Page): Promise<void> {
  const { inner, outer } = await page.evaluate(() => ({
    inner: document.documentElement.scrollWidth,
    outer: document.documentElement.clientWidth,
  }));
  expect(inner).toBeLessThanOrEqual(outer);
}
