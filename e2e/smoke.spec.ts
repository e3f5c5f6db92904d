import { expect, test } from '@playwright/test';

test('the page opens without a policy violation, a console error or a failed request', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });

  await page.goto('./');

  await expect(page).toHaveTitle(/Viridian Lab/);
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(complaints).toEqual([]);
});

test('the server sends the strict policy, and compressed files that may be kept for ever', async ({ request }) => {
  const page = await request.get('./');
  const policy = page.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'self'");
  expect(policy).toContain('trusted-types viridian-worker');
  expect(policy).not.toContain('unsafe');
  expect(page.headers()['cache-control']).toBe('no-cache');

  const html = await page.text();
  expect(html).toContain('http-equiv="Content-Security-Policy"');
  const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
  const answer = await request.get(`./${script}`, { headers: { 'accept-encoding': 'br' } });
  expect(answer.headers()['content-encoding']).toBe('br');
  expect(answer.headers()['cache-control']).toContain('immutable');
});
