import yazl from 'yazl';

/** A zip archive of these files, in memory. */
export const zip = (files: Record<string, string | Buffer>, mode = 0o100644): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const archive = new yazl.ZipFile();
    for (const [name, content] of Object.entries(files))
      archive.addBuffer(Buffer.from(content), name, { mode });
    const chunks: Buffer[] = [];
    archive.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk));
    archive.outputStream.on('error', reject);
    archive.outputStream.on('end', () => resolve(Buffer.concat(chunks)));
    archive.end();
  });
