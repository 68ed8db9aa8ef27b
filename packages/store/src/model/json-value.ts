/**
 * Any JSON value. Objects have no prototype, so that a key such as `__proto__`
 * is a key like any other; arrays and objects are frozen.
 */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
