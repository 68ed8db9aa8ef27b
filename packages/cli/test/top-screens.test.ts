import { describe, expect, it } from "vitest";

import { whyNoScreen } from "./support/screen.ts";
import { top, type Top, withoutColours } from "./support/top.ts";

describe.skipIf(whyNoScreen !== undefined)(`stowage top${whyNoScreen ? `: ${whyNoScreen}` : ""}`, () => {
  it.each([
    [60, 24],
    [80, 24],
    [200, 50],
    [40, 10],
  ])("looks as it is kept, %i × %i", async (columns, rows) => {
    await using at = await top({ columns, rows, ...withoutColours });
    const { view } = at;
    if (rows > 10) await view.until(/lock: free +loads/);
    await expectKept(at, `list-${columns}`);
    await view.keys("End", "Enter");
    await view.until(/Esc back/);
    await expectKept(at, `details-${columns}`);
    await view.keys("Tab", "Enter");
    await view.until(/"port": 80/);
    await expectKept(at, `preview-${columns}`);
    await view.keys("?");
    await view.until(/^Keys/m);
    await expectKept(at, `help-${columns}`);
  });
});

async function expectKept({ view, place }: Top, name: string): Promise<void> {
  const shown = (await view.shown()).replaceAll(place.folder, "/somewhere").replace(/loads \d+/, "loads N");
  await expect(`${shown}\n`).toMatchFileSnapshot(`screens/top/${name}.txt`);
}
