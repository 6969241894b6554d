// Looks at the page on a desktop and a phone, light and dark: nothing in the console, nothing that scrolls sideways, nothing serious
// that axe-core finds. usage: node page.mjs FILE
import fs from "node:fs";
import puppeteer from "puppeteer-core";

const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const axe = fs.readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const faults = [];
for (const width of [1440, 390]) {
  for (const value of ["light", "dark"]) {
    const page = await browser.newPage();
    page.on("console", message => faults.push(message.text()));
    page.on("pageerror", error => faults.push(error.message));
    page.on("request", request => request.url().startsWith("file:") || faults.push(`loads ${request.url()}`));
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
    await page.goto(`file://${process.argv[2]}`);
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) faults.push(`scrolls sideways at ${width}`);
    // The filter hides what has another status.
    const hidden = await page.evaluate(() => {
      document.getElementById("ff").checked = true;
      return [...document.querySelectorAll("[data-s]")].filter(e => !e.dataset.s.split(" ").includes("f") && getComputedStyle(e).display !== "none").length;
    });
    if (hidden > 0) faults.push(`the filter shows ${hidden} too many`);
    await page.evaluate(() => { document.getElementById("fa").checked = true; });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(async () => await window.axe.run(document));
    for (const one of violations) if (["serious", "critical"].includes(one.impact)) faults.push(`${width} ${value} ${one.id}: ${one.nodes[0].html}`);
    await page.close();
  }
}
await browser.close();
if (faults.length > 0) {
  console.log(faults.join("\n"));
  process.exit(1);
}
