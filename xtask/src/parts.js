// One request for a part: its file holds, one behind the other, the modules that come with it. It is called .wasm for the hosts, which
// compress what they know.
const PARTS = {/* part: [[module, start, end], …] */};

let opening;

/** Lets the modules that `load` asks for come from the file of a part, which is fetched if there is any need. */
function fromPart(name, load) {
    return () => {
        opening = { name, file: undefined };
        return load();
    };
}

/** A module out of the file of the part that is being opened. */
async function module(name) {
    const part = opening;
    part.file ??= fetch(new URL(`./part_${part.name}.wasm`, import.meta.url)).then((answer) => {
        if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
        return answer.arrayBuffer();
    });
    const [, start, end] = PARTS[part.name].find(([module]) => module === name);
    const bytes = (await part.file).slice(start, end);
    return new Response(bytes, { headers: { "Content-Type": "application/wasm" } });
}
