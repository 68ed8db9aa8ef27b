import { expect, test } from "vitest";
import { Children } from "../src/children.ts";
import { Leaf } from "../src/leaf.ts";

const unitsOf = (children: Children): string =>
  [...children.entries()].map(([unit]) => String.fromCharCode(unit)).join("");

function childrenAt(units: string): Children {
  const children = new Children();
  for (const unit of units) children.set(unit.charCodeAt(0), new Leaf(0));
  return children;
}

test("what follows on a node is kept by its unit, a digit or not, and comes in the order of units", () => {
  const units = "/09:@`afgzé\uffff\u0000";
  const children = childrenAt(units);
  expect(children.size).toBe(units.length);
  expect(unitsOf(children)).toBe([...units].sort().join(""));
  for (const unit of units) expect(children.get(unit.charCodeAt(0))).toBeInstanceOf(Leaf);
  for (const unit of "1beh;") expect(children.get(unit.charCodeAt(0))).toBeUndefined();
});

test("one that takes another's place is counted once, and one that is taken out not any more", () => {
  const children = childrenAt("aaz9z");
  expect(children.size).toBe(3);
  const another = new Leaf(1);
  children.set("a".charCodeAt(0), another);
  expect(children.get("a".charCodeAt(0))).toBe(another);
  for (const [left, unit] of [...["z", "a", "9"].entries()].reverse()) {
    children.delete(unit.charCodeAt(0));
    expect(children.get(unit.charCodeAt(0))).toBeUndefined();
    expect(children.size).toBe(left);
  }
  expect(unitsOf(children)).toBe("");
});
