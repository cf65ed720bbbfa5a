// One request for a part: its file begins with a table of the modules that come with it, each by its number and its length, and they
// lie behind it in that order. It is called .wasm for the hosts, which compress what they know.
const PARTS = [/* parts */];
const opened = {};

/** The promise under a name, made if there is none. What failed is tried anew when it is wanted again. */
function once(name, begin) {
    if (!opened[name]) {
        opened[name] = begin();
        opened[name].catch(() => delete opened[name]);
    }
    return opened[name];
}

/** Brings in the modules of a part, those that several parts share once only. */
async function openPart(part) {
    const file = await fetchPacked(`./part_${part}.wasm`);
    const { /* shared */ } = wasm;
    const imports = { __wasm_split: { /* shared */ } };
    const read = [0];
    const take = () => takeNumber(file, read, 0);
    const modules = [];
    // The part's own module has the number 0, which no other has.
    for (let count = take(); count > 0; count--) modules.push([take(), take()]);
    let end = read[0];
    await Promise.all(modules.map(([module, length]) => {
        const start = end;
        end += length;
        const instantiate = () => WebAssembly.instantiate(unpacked(file.subarray(start, end)), imports);
        return module ? once(module, instantiate) : instantiate();
    }));
}

/** What the program calls to have a part, and how it is told that the part is here. */
const loaders = {};
for (const part of PARTS) {
    loaders[`__wasm_split_load_${part}`] = (callback, given) => {
        const tell = (success) => wasm.__indirect_function_table.get(callback)(given, success);
        once(part, () => openPart(part)).then(() => tell(true), (error) => {
            console.error(error);
            tell(false);
        });
    };
}
