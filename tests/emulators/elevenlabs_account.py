"""What an emulated ElevenLabs tells of its voices, its models and an account, with every key its strictest client requires."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from tests.emulators.elevenlabs_rules import MODELS, mistake
from tests.emulators.serving import Visit, as_json

_VOICE_QUERY = frozenset(
    {"next_page_token", "page_size", "search", "sort", "sort_direction", "voice_type", "category", "fine_tuning_state"}
    | {"collection_id", "include_total_count", "voice_ids"}
)


def voice(voice_id: str, name: str) -> dict[str, Any]:
    """Describe a voice."""
    return {
        "voice_id": voice_id,
        "name": name,
        "category": "premade",
        "labels": {"accent": "british", "use_case": "narration"},
        "description": None,
        "preview_url": f"https://storage.example/{voice_id}.mp3",
        "available_for_tiers": [],
        "settings": {"stability": 0.5, "similarity_boost": 0.75, "style": 0.0, "use_speaker_boost": True, "speed": 1.0},
        "high_quality_base_model_ids": list(MODELS),
        "is_owner": False,
        "is_legacy": False,
    }


def voice_page(visit: Visit, voices: dict[str, str]) -> Response:
    """Give one page of the voices; the token of the next is the place it begins at."""
    query = visit.call.query
    if unknown := set(query) - _VOICE_QUERY:
        raise mistake(f"query.{min(unknown)}", "Extra inputs are not permitted", "extra_forbidden")
    size = query.get("page_size", "10")
    if not size.isdigit() or not 1 <= int(size) <= 100:
        raise mistake("query.page_size", "Input should be from 1 to 100", "less_than_equal")
    wanted = query.get("search", "").lower()
    found = [voice(key, name) for key, name in voices.items() if wanted in f"{key} {name}".lower()]
    start = int(query.get("next_page_token", "0"))
    end = start + int(size)
    more = end < len(found)
    body = {
        "voices": found[start:end],
        "has_more": more,
        "total_count": len(found),
        "next_page_token": str(end) if more else None,
    }
    return as_json(body)


def model_list() -> list[dict[str, Any]]:
    """Describe all models."""
    return [
        {
            "model_id": key,
            "name": model.name,
            "can_be_finetuned": False,
            "can_do_text_to_speech": model.speaks,
            "can_do_voice_conversion": not model.speaks,
            "can_use_style": model.styles,
            "can_use_speaker_boost": model.styles,
            "serves_pro_voices": False,
            "token_cost_factor": model.multiplier,
            "description": model.name,
            "requires_alpha_access": False,
            "max_characters_request_free_user": model.longest_text,
            "max_characters_request_subscribed_user": model.longest_text,
            "maximum_text_length_per_request": model.longest_text,
            "languages": [{"language_id": code, "name": code.upper()} for code in model.languages],
            "model_rates": {"character_cost_multiplier": model.multiplier, "cost_discount_multiplier": 1.0},
            "concurrency_group": "turbo" if model.multiplier < 1 else "standard",
        }
        for key, model in MODELS.items()
    ]


def subscription(tier: str, used: int, limit: int, extension: int | str, resets_at_unix: int | None) -> dict[str, Any]:
    """Describe an account's plan."""
    return {
        "tier": tier,
        "character_count": used,
        "character_limit": limit,
        "max_character_limit_extension": None,
        "max_credit_limit_extension": extension,
        "can_extend_character_limit": extension != 0,
        "allowed_to_extend_character_limit": extension != 0,
        "next_character_count_reset_unix": resets_at_unix,
        "voice_slots_used": 1,
        "professional_voice_slots_used": 0,
        "professional_voice_slots_used_in_workspace": 0,
        "voice_limit": 30,
        "max_voice_add_edits": 95,
        "voice_add_edit_counter": 0,
        "professional_voice_limit": 1,
        "can_extend_voice_limit": False,
        "can_use_instant_voice_cloning": True,
        "can_use_professional_voice_cloning": True,
        "currency": "usd",
        "status": "free" if tier == "free" else "active",
        "billing_period": "monthly_period",
        "character_refresh_period": "monthly_period",
        "next_invoice": None,
        "open_invoices": [],
        "has_open_invoices": False,
        "current_overage": {"amount": "0", "currency": "usd"},
    }
