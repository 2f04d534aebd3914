import Load

/// Names of files and folders that say nothing of whose model it is.
enum EverydayNames {
  /// Lower-case, without endings: what training scripts, converters and pipelines call their output.
  private static let stems: Set<String> = [
    "adapter", "artifacts", "best", "best_model", "checkpoint", "checkpoints", "controlnet",
    "copy", "data", "decoder", "download", "downloads", "encoder", "export", "final", "final_model",
    "finetuned", "fp16", "hf", "image_encoder", "last", "latest", "llm", "lora", "main", "merged",
    "model", "models", "my_model", "new", "original", "out", "output", "outputs",
    "pytorch_model", "release", "results", "safety_checker", "saved_model", "snapshot", "snapshots",
    "state_dict", "text_encoder", "text_encoder_2", "text_encoder_3", "tmp", "transformer", "unet",
    "vae", "weights",
  ]

  /// `checkpoint-500`, `epoch_3`, `step-1000`.
  static func contain(_ name: String) -> Bool {
    guard let name = HubName("./\(name)")?.name else { return true }
    let stem = name.replacing(/[-_.]?[0-9]+$/, with: "")
    return stems.contains(name) || stems.contains(stem) || ["epoch", "step", ""].contains(stem)
  }
}
