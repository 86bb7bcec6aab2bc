// What a person sees and does on the documentation page of a service with `freehold dev`.
import { DESKTOP, openOperation, run } from "./browser.mjs";

const identity = async (page) => page.locator(".docs-identity").innerText();

async function execute(operation) {
  await operation.locator(".execute").click();
  const response = operation.locator(".live-responses-table .response");
  await response.waitFor();
  const status = await response.locator(".response-col_status").first().innerText();
  return { status: status.trim(), text: await response.innerText() };
}

/** Replaces the token by another one in the dialog "Authorize". */
async function enterToken(page, token) {
  await page.locator(".auth-wrapper .authorize").first().click();
  const dialog = page.locator(".modal-ux");
  await dialog.getByLabel("Remove authorization").click();
  await dialog.locator("input").fill(token);
  await dialog.getByLabel("Apply credentials").click();
  await dialog.locator(".btn-done").click();
}

async function search(page, phrase) {
  await page.getByRole("searchbox").fill(phrase);
  return page.locator(".opblock").evaluateAll((found) => found.map((one) => one.id.split("-").at(-1)));
}

await run(async (open, { url, title, bob, expired }) => {
  const page = await open(DESKTOP, `${url}/docs`);
  await page.locator(".opblock").first().waitFor();
  const seen = { preset: await identity(page) };

  const create = await openOperation(page, "createTask");
  await create.locator("textarea").fill(JSON.stringify({ title }));
  seen.created = await execute(create);

  await page.reload();
  await page.locator(".opblock").first().waitFor();
  seen.reloaded = await identity(page);
  seen.listed = await execute(await openOperation(page, "listTasks"));

  seen.found = await search(page, "BACK take");
  seen.foundNothing = await search(page, "elephant");
  seen.nothing = await page.getByRole("status").innerText();
  seen.foundAll = await search(page, "");

  await enterToken(page, bob);
  await page.reload();
  await page.locator(".opblock").first().waitFor();
  seen.entered = await identity(page);
  seen.listedByBob = await execute(await openOperation(page, "listTasks"));

  await enterToken(page, expired);
  seen.expired = await identity(page);
  await page.reload();
  await page.locator(".opblock").first().waitFor();
  seen.renewed = await identity(page);
  return seen;
});
