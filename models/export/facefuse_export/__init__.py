"""Makes facefuse model packs: reads published weights, writes TorchScript and pack.json."""
