// How large the documentation page and its operations are, in CSS pixels, on a phone and on a desktop.
import { DESKTOP, PHONE, openOperation, run } from "./browser.mjs";

/** Opens an operation and returns its height, and the width of the page with it. */
async function measure(page, id) {
  const operation = await openOperation(page, id);
  const size = await operation.evaluate((element) => ({
    height: element.getBoundingClientRect().height,
    width: document.documentElement.scrollWidth,
  }));
  await operation.locator(".opblock-summary-control").click();
  return { id, ...size };
}

await run(async (open, { pages }) => {
  const screens = [];
  for (const { url, operations } of pages) {
    const page = await open(PHONE, `${url}/docs`);
    await page.locator(".opblock").first().waitFor();
    for (const { viewport } of [PHONE, DESKTOP]) {
      await page.setViewportSize(viewport);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      const measured = [];
      for (const id of operations) measured.push(await measure(page, id));
      screens.push({ url, viewport, width, operations: measured });
    }
    await page.close();
  }
  return { screens };
});
