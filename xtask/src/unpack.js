// What follows each instruction; xtask/src/streams.rs, which packs, tells what the digits and the streams are.
const FOLLOWS = Uint8Array.from("/* table */");
const [INSTRUCTIONS, LOCALS, COUNTS, TYPES] = [0x300, 0x301, 0x302, 0x303];

/** Fetches a file of packed modules. */
async function fetchPacked(file) {
    const answer = await fetch(new URL(file, import.meta.url));
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
}

/** The number that a stream has next, which it then has been read beyond. */
function takeNumber(bytes, read, stream) {
    let value = 0;
    let at = read[stream];
    for (let shift = 0; ; shift += 7) {
        if (at >= bytes.length) throw new Error("a module ends too early");
        const byte = bytes[at++];
        value |= (byte & 127) << shift;
        if (byte < 128) {
            read[stream] = at;
            return value;
        }
    }
}

/** What the browser takes, of a module that may be packed. A host may answer with something else, such as a page of its own. */
function unpacked(module) {
    if (String.fromCharCode(...module.subarray(0, 4)) !== "\0asm") throw new Error("what came is no module");
    // How far each stream has been read. Number 0, behind which no instruction has numbers, is the module itself.
    const read = new Uint32Array(0x400);
    read[0] = 8;
    while (read[0] < module.length) {
        const start = read[0]++;
        const end = takeNumber(module, read, 0) + read[0];
        if (module[start] === 0) {
            read[0] += "-streams".length;
            const code = sewn(module, read);
            const whole = new Uint8Array(start + code.length + module.length - end);
            whole.set(module.subarray(0, start));
            whole.set(code, start);
            whole.set(module.subarray(end), start + code.length);
            return whole;
        }
        read[0] = end;
    }
    return module;
}

/** A code section, sewn together from its streams. */
function sewn(packed, read) {
    const take = (stream) => takeNumber(packed, read, stream);
    const length = take(0);
    const lengths = [];
    for (let count = take(0); count > 0; count--) lengths.push([take(0), take(0)]);
    let begin = read[0];
    for (const [stream, bytes] of lengths) {
        read[stream] = begin;
        begin += bytes;
    }
    // Besides the code there is its own length, and while a body is sewn its length takes five bytes.
    const out = new Uint8Array(length + 16);
    let to = 0;
    const put = (number) => {
        for (; number > 127; number >>>= 7) out[to++] = number & 127 | 128;
        out[to++] = number;
    };
    /** Passes a number on as it is. */
    const pass = (stream) => {
        let at = read[stream];
        let byte;
        do out[to++] = byte = packed[at++]; while (byte > 127);
        read[stream] = at;
    };
    const passCount = (stream) => {
        const count = take(stream);
        put(count);
        return count;
    };
    const recency = [];
    const passLocal = () => {
        const rank = take(LOCALS);
        while (recency.length <= rank) recency.push(recency.length);
        const local = recency[rank];
        for (let place = rank; place > 0; place--) recency[place] = recency[place - 1];
        recency[0] = local;
        put(local);
    };
    const passInstruction = () => {
        const instruction = packed[read[INSTRUCTIONS]++];
        // A constant of so many bytes.
        out[to++] = instruction > 0xe0 && instruction < 0xf0 ? 0x41 : instruction;
        const stream = instruction === 0xfc ? 256 + passCount(2 * instruction) : instruction;
        const follows = FOLLOWS[stream];
        if (follows === 3) {
            passLocal();
        } else if (follows < 3) {
            for (let place = 0; place < follows; place++) pass(2 * stream + place);
        } else if (follows < 6) {
            for (let count = passCount(2 * stream) + follows - 4; count > 0; count--) pass(2 * stream);
        } else {
            for (let count = follows === 6 ? 4 : 8; count > 0; count--) out[to++] = packed[read[2 * stream]++];
        }
        return instruction;
    };
    const passBody = () => {
        for (let kinds = passCount(COUNTS); kinds > 0; kinds--) {
            pass(COUNTS);
            out[to++] = packed[read[TYPES]++];
        }
        recency.length = 0;
        for (let depth = 1; depth > 0;) {
            if (to > out.length) throw new Error("a module is not as long as it says");
            const instruction = passInstruction();
            if (instruction > 1 && instruction < 5) depth++;
            else if (instruction === 11) depth--;
        }
    };
    out[to++] = 10;
    put(length);
    for (let functions = passCount(COUNTS); functions > 0; functions--) {
        const start = to;
        const body = to += 5;
        passBody();
        const end = to;
        to = start;
        put(end - body);
        out.copyWithin(to, body, end);
        to += end - body;
    }
    return out.subarray(0, to);
}
