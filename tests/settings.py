"""The project's settings as tests see them: test mode is set before anything reads the environment."""

import os

os.environ["LATITUDE_MODE"] = "test"
os.environ["LATITUDE_BEAT_SECONDS"] = "1"

from config.settings import *  # noqa: F403, E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed only; never a real password
