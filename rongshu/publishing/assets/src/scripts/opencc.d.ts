/** The parts of opencc-js that its own declarations leave out. */
declare module "opencc-js/from/cn" {
  const dictionaries: string[][];
  export default dictionaries;
}
