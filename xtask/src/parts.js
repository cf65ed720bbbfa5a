// One request for a part: its file holds, one behind the other, the modules that come with it. It is called .wasm for the hosts, which
// compress what they know.
const PARTS = {/* part: [[module, start, end], …] */};
const opened = {};

/** Brings in the modules of a part, those that several parts share once only. What failed is tried anew when it is wanted again. */
async function openPart(part) {
    const missing = PARTS[part].filter(([module]) => !opened[module]);
    if (missing.length > 0) {
        const file = fetchPacked(`./part_${part}.wasm`);
        const { /* shared */ } = wasm;
        const imports = { __wasm_split: { /* shared */ } };
        for (const [module, start, end] of missing) {
            opened[module] = file.then((file) => WebAssembly.instantiate(unpacked(file.subarray(start, end)), imports));
            opened[module].catch(() => delete opened[module]);
        }
    }
    await Promise.all(PARTS[part].map(([module]) => opened[module]));
}

/** What the program calls to have a part, and how it is told that the part is here. */
const loaders = {};
for (const part of Object.keys(PARTS)) {
    loaders[`__wasm_split_load_${part}`] = (callback, given) => {
        const tell = (success) => wasm.__indirect_function_table.get(callback)(given, success);
        openPart(part).then(() => tell(true), (error) => {
            console.error(error);
            tell(false);
        });
    };
}
