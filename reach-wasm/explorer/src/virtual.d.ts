declare module "virtual:analyzer" {
  /** The analyzer's module, gzipped, as base64. */
  const text: string;
  export default text;
}
