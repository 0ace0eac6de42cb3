/** The bytes a batch lies in, and the view that reads its words; one is made for each buffer, not for each packet. */
export interface PacketMemory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function createPacketMemory(bytes: Uint8Array): PacketMemory {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}
