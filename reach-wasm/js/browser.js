import init from "../pkg/reach_wasm.js";

await init();

export { Network } from "../pkg/reach_wasm.js";
