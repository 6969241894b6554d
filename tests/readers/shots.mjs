// Photographs a page: desktop and phone, light and dark; the first screen, then each section. Fails where something sticks out of the
// window on the right, with all details open. usage: node shots.mjs FILE FOLDER
import fs from "node:fs";
import path from "node:path";
import puppeteer from "puppeteer-core";

const [file, folder] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
fs.mkdirSync(folder, { recursive: true });

// What is cut or scrolls within something does not count.
const findWide = () => {
  document.querySelectorAll("details").forEach(details => { details.open = true; });
  const isHeld = element => element !== null && (getComputedStyle(element).overflowX !== "visible" || isHeld(element.parentElement));
  return [...document.querySelectorAll("main *")]
    .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !isHeld(element.parentElement))
    .map(element => `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent.slice(0, 80)}`);
};

let wide = 0;
for (const [width, height] of [[1440, 900], [390, 844]]) {
  for (const value of ["light", "dark"]) {
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
    await page.goto(`file://${path.resolve(file)}`);
    const name = `${folder}/${width}-${value}`;
    await page.screenshot({ path: `${name}.png` });
    // What sticks to the top would lie over each section.
    await page.addStyleTag({ content: ".top,.toc{position:static!important}" });
    for (const section of await page.$$("main section")) {
      const id = await section.evaluate(element => element.id);
      const box = await section.boundingBox();
      if (box === null || box.height < 1) continue;
      await page.screenshot({ path: `${name}-${id}.png`, captureBeyondViewport: true,
        clip: { x: 0, y: Math.max(box.y - 12, 0), width, height: Math.min(box.height + 24, width > 600 ? 1500 : 2200) } });
    }
    for (const text of value === "light" ? await page.evaluate(findWide) : []) {
      wide++;
      console.log(`${width} pixels: sticks out: ${text}`);
    }
    await page.close();
  }
}
await browser.close();
console.log(`${fs.readdirSync(folder).filter(name => name.endsWith(".png")).length} pictures in ${folder}`);
process.exit(wide > 0 ? 1 : 0);
