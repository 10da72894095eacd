"""The project's settings as tests see them: test mode is set before anything reads the environment."""

import os
import sys

os.environ["LATITUDE_MODE"] = "test"
os.environ["LATITUDE_BEAT_SECONDS"] = "1"

# As in the Makefile, also for who calls pytest by hand: a run starts twenty processes, and each would compile us anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

# A database of this run's own, so that two runs in one checkout do not meet. The queue lies in it too.
# A process that a test starts is told the name.
TEST_DATABASE = os.environ.get("LATITUDE_TEST_DATABASE") or f"test_latitude_{os.getpid()}"
DATABASES["default"] |= {"NAME": TEST_DATABASE, "TEST": {"NAME": TEST_DATABASE}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed only; never a real password

# A fresh checkout has collected no static files: they are served from where they lie.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
