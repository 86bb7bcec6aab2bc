// Starts the Chromium of $CHROMIUM for the scripts in this folder, and records what its pages do.
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];
export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
export const DESKTOP = { viewport: { width: 1280, height: 800 } };

/**
 * Calls `scenario` with a function that opens a page, and with the argument of the script, which is JSON.
 * Prints what it returns, the hosts of all requests, and the complaints in the consoles of the pages.
 */
export async function run(scenario) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
  const hosts = new Set();
  const complaints = [];
  const open = async (options, url) => {
    const context = await browser.newContext(options);
    context.on("request", (request) => hosts.add(new URL(request.url()).host));
    const page = await context.newPage();
    page.setDefaultTimeout(40_000);
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  };
  try {
    const seen = await scenario(open, JSON.parse(process.argv[2]));
    console.log(JSON.stringify({ ...seen, hosts: [...hosts], complaints }));
  } finally {
    await browser.close();
  }
}

/** Opens the operation with this id, unless it is open already, as after a reload at its address. */
export async function openOperation(page, id) {
  const operation = page.locator(`.opblock[id$="-${id}"]`);
  const toggle = operation.locator(".opblock-summary-control");
  while ((await toggle.getAttribute("aria-expanded")) === "false") {
    await toggle.click();
    await page.waitForTimeout(200); // a click at the moment of a rendering has no effect
  }
  await operation.locator(".docs-response-line").first().waitFor();
  return operation;
}
