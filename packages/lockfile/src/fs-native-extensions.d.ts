/** What we use of it; it comes without types. */
declare module "fs-native-extensions" {
  const locks: {
    tryLock(fd: number, offset: number, length: number, options: { readonly shared: boolean }): boolean;
    unlock(fd: number, offset: number, length: number): void;
  };
  export default locks;
}
