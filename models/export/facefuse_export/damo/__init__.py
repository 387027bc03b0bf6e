"""The four networks of ModelScope's `damo/cv_unet-image-face-fusion_damo`, written for inference."""
