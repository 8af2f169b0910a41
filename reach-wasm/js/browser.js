import init from "../pkg/reach_wasm.js";

await init();

export { Loader, Network } from "../pkg/reach_wasm.js";
