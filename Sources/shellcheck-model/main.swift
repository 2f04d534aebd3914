print("shellcheck-model")
