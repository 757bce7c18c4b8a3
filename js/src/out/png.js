// A drawing as pixels, by the browser's own hand.

/** What browsers' canvases take, in pixels. */
const SIDE = 16_000;
const AREA = 100e6;

/** @param {{ text: string, width: number, height: number }} svg @param {number} [sharpness] pixels for one of the drawing's */
export async function pngOf({ text, width, height }, sharpness = 2) {
  const scale = Math.min(sharpness, SIDE / width, SIDE / height, Math.sqrt(AREA / (width * height)));
  const image = await loaded(text);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("this browser makes no picture of that size"));
    }, "image/png");
  });
}

/** @param {string} text @returns {Promise<HTMLImageElement>} */
async function loaded(text) {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}
