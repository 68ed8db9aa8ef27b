// Of what the cases are made. Every character stands for one byte.

export const CREATED = '"created":"2024-01-02T03:04:05Z"';
/** A file of one record with these members after the necessary ones. */
export const file = (...members) => `[${record(...members)}]`;
export const record = (...members) => `{"id":"a","image":"","layer":"",${[CREATED, ...members].join(",")}}`;
export const utf8 = (text) => Buffer.from(text).toString("latin1");
export const bytes = (...values) => String.fromCharCode(...values);
export const range = (from, to) => Array.from({ length: to - from }, (_, index) => from + index);
export const product = (...lists) =>
  lists.reduce((all, list) => all.flatMap((before) => list.map((item) => [...before, item])), [[]]);
