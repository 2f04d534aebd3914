/// Flax checkpoints: MessagePack, which has no signature.
enum FlaxFormat: WeightFormat {
  static let description = FormatDescription(
    id: "flax", name: "a Flax checkpoint", endings: [".msgpack"],
    stems: ["flax_model", "diffusion_flax_model"], indexEndings: [".msgpack.index.json"],
    advice:
      "is a Flax checkpoint (MessagePack), which is not read; convert the model to safetensors")

  static func claim(_ source: any ByteSource) -> Claim { .none }
}
