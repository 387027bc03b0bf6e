// Runs the original models on the golden crops and writes their outputs: `node golden.js MODELS_DIR GOLDEN_DIR`.
// Outputs are raw little-endian float32, described by index.json; the shapes are the pack's, without the batch.

import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import zlib from 'node:zlib';
import * as tf from '@tensorflow/tfjs';

const MEAN_BGR = [103.939, 116.779, 123.68];

const ROLES = {
  detector: {
    source: 'blazeface-back',
    pixel: (rgb) => rgb.map((v) => v / 127.5 - 1),
    outputs: {
      logits: { nodes: ['Identity', 'Identity_1'], shape: [896] },
      boxes: { nodes: ['Identity_2', 'Identity_3'], shape: [896, 16] },
    },
  },
  mesh: {
    source: 'facemesh',
    pixel: (rgb) => rgb.map((v) => v / 255),
    outputs: {
      points: { nodes: ['Identity_2'], shape: [468, 3] },
      presence: { nodes: ['Identity_1'], shape: [] },
    },
  },
  embedding: {
    source: 'faceres',
    pixel: (rgb) => [2, 1, 0].map((channel, i) => rgb[channel] - MEAN_BGR[i]),
    outputs: { embedding: { nodes: ['global_pooling/Mean'], shape: [1024] } },
  },
};

const [models, golden] = process.argv.slice(2);
if (!models || !golden) {
  console.error('usage: node golden.js MODELS_DIR GOLDEN_DIR');
  process.exit(2);
}
await tf.setBackend('cpu');
const index = { madeBy: `@tensorflow/tfjs ${tf.version.tfjs}, cpu backend`, dtype: 'float32, little-endian', crops: [] };
for (const [role, { source, pixel, outputs }] of Object.entries(ROLES)) {
  const model = await tf.loadGraphModel(fileSystem(path.join(models, `${source}.json`)));
  for (const crop of fs.readdirSync(golden).filter((f) => f.startsWith(`${role}-`) && f.endsWith('.png')).sort()) {
    const name = path.basename(crop, '.png');
    const image = prepare(readPng(path.join(golden, crop)), pixel);
    const entry = { role, sample: name.slice(role.length + 1), crop, outputs: {} };
    for (const [output, { nodes, shape }] of Object.entries(outputs)) {
      const values = nodes.flatMap((node) => [...model.execute(image, node).dataSync()]);
      const file = `${name}-${output}.bin`;
      fs.writeFileSync(path.join(golden, file), Buffer.from(new Float32Array(values).buffer));
      entry.outputs[output] = { file, shape };
    }
    index.crops.push(entry);
  }
}
fs.writeFileSync(path.join(golden, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);

function fileSystem(file) {
  const model = JSON.parse(fs.readFileSync(file));
  const shards = model.weightsManifest.flatMap((group) => group.paths)
    .map((shard) => fs.readFileSync(path.join(path.dirname(file), shard)));
  const data = Buffer.concat(shards);
  return tf.io.fromMemory({
    modelTopology: model.modelTopology,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength),
  });
}

function prepare({ width, height, pixels }, pixel) {
  const values = new Float32Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) values.set(pixel([...pixels.subarray(at, at + 3)]), at);
  return tf.tensor4d(values, [1, height, width, 3]);
}

// Reads PNGs as png.py writes them: 8-bit RGB, the Up filter in every row.
function readPng(file) {
  const data = fs.readFileSync(file);
  const [width, height] = [data.readUInt32BE(16), data.readUInt32BE(20)];
  const body = [];
  for (let at = 8; at < data.length; at += data.readUInt32BE(at) + 12) {
    if (data.toString('latin1', at + 4, at + 8) === 'IDAT') body.push(data.subarray(at + 8, at + 8 + data.readUInt32BE(at)));
  }
  const rows = zlib.inflateSync(Buffer.concat(body));
  const stride = 3 * width;
  const pixels = new Uint8Array(height * stride);
  for (let y = 0; y < height; y += 1) {
    if (rows[y * (stride + 1)] !== 2) throw new Error(`${file} was not written by png.py`);
    for (let x = 0; x < stride; x += 1) {
      const above = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      pixels[y * stride + x] = rows[y * (stride + 1) + 1 + x] + above;
    }
  }
  return { width, height, pixels };
}
