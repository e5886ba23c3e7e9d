"""Addresses of uploads, sealed: whoever has one can write to the channel, and they are kept in the books."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from blocks.providers.youtube.account import YouTubeAccount


def seal(address: SecretStr, account: YouTubeAccount) -> str:
    """Encrypt the address of an upload with a key that any machine with the account can find again."""
    return _lock_of(account).encrypt(address.get_secret_value().encode()).decode()


def unseal(sealed: str, account: YouTubeAccount) -> SecretStr | None:
    """Give the address of an upload; None when the client of the account was replaced since."""
    try:
        return SecretStr(_lock_of(account).decrypt(sealed.encode()).decode())
    except InvalidToken:
        return None


def _lock_of(account: YouTubeAccount) -> Fernet:
    """Make the key from the client's secret, which stays when tokens are renewed."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"youtube upload").derive(
        account.client_secret.get_secret_value().encode()
    )
    return Fernet(base64.urlsafe_b64encode(made))
