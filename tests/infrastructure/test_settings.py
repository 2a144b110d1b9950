from typing import Any

import pytest
from aws_cdk import App

from infrastructure.settings import Settings, SettingsError
from infrastructure.synth import make_app
from lambdas.contract.answered_by import AnsweredBy
from tests.infrastructure.contexts import KEY, TOPIC


def settings_of(**context: Any) -> Settings:
    return Settings.from_context(App(context=context).node)


def test_defaults_deploy_as_they_are() -> None:
    settings = settings_of()

    assert settings == Settings()
    assert settings.default_model == "us.amazon.nova-lite-v1:0"
    assert (settings.max_run_usd, settings.max_upload_usd) == (100, 10)


@pytest.mark.parametrize(
    ("key", "given", "read"),
    [
        pytest.param("jobs_at_once", "5", 5, id="text, as -c gives it"),
        pytest.param("jobs_at_once", 5, 5, id="a number, as cdk.json gives it"),
        pytest.param("poll_every_s", "1", 1, id="the least"),
        pytest.param("max_input_mib", "20480", 20_480, id="the most"),
        pytest.param("log_days", "365", 365, id="days that CloudWatch Logs knows"),
        pytest.param("log_level", "DEBUG", "DEBUG", id="a word"),
        pytest.param(
            "default_model", "cohere.command-text-v14", "cohere.command-text-v14", id="model"
        ),
        pytest.param("bundle_for", "machine", "machine", id="this machine"),
        pytest.param("rehearsal", "true", True, id="true or false as text"),
        pytest.param("max_run_usd", "2500.5", 2500.5, id="dollars"),
        pytest.param("max_run_usd", "none", None, id="no limit"),
        pytest.param("max_upload_usd", "null", None, id="no limit, in another word"),
        pytest.param(
            "models_for_uploads",
            "us.amazon.nova-,mistral.",
            ("us.amazon.nova-", "mistral."),
            id="beginnings of models",
        ),
        pytest.param(
            "profile_regions",
            '{"us": ["us-east-1"], "global": []}',
            {"us": ("us-east-1",), "global": ()},
            id="an object as text",
        ),
        pytest.param(
            "profile_regions", {"us": ["us-east-1"]}, {"us": ("us-east-1",)}, id="an object"
        ),
        pytest.param("kms_key_arn", KEY, KEY, id="a key"),
        pytest.param("alarm_topic_arn", TOPIC, TOPIC, id="a topic"),
        pytest.param("answered_by", "[]", (), id="nobody but Bedrock"),
    ],
)
def test_a_context_value_is_read(key: str, given: Any, read: Any) -> None:
    settings = settings_of(**{key: given})

    assert getattr(settings, key) == read


def test_who_answers_is_for_rehearsals() -> None:
    given = '[{"model": "qwen2.5:1.5b", "source": "http://localhost:11434"}]'
    read = (AnsweredBy("qwen2.5:1.5b", "http://localhost:11434"),)

    assert settings_of(answered_by=given, rehearsal="true").answered_by == read
    with pytest.raises(SettingsError, match=r"^answered_by is .*, must go with rehearsal=true"):
        settings_of(answered_by=given)


@pytest.mark.parametrize(
    ("key", "given", "complaint"),
    [
        pytest.param("jobs_at_once", "0", "a whole number of jobs from 1 to 100", id="too small"),
        pytest.param("jobs_at_once", "101", "from 1 to 100", id="too large"),
        pytest.param("max_input_mib", 20_481, "from 1 to 20480", id="more than Build writes"),
        pytest.param("jobs_at_once", "three", "a whole number of jobs", id="a word"),
        pytest.param("jobs_at_once", 2.5, "a whole number of jobs", id="a fraction"),
        pytest.param("jobs_at_once", True, "a whole number of jobs", id="a boolean"),
        pytest.param(
            "log_days", 31, "one of 1, 3, 5, 7, 14, 30", id="not a retention of CloudWatch Logs"
        ),
        pytest.param("log_level", "loud", "DEBUG or INFO or WARNING or ERROR", id="no level"),
        pytest.param("bundle_for", "docker", "lambda or machine", id="no platform"),
        pytest.param("rehearsal", "maybe", "true or false", id="neither true nor false"),
        pytest.param("answered_by", "ollama", "a list such as", id="no list"),
        pytest.param("answered_by", '[{"model": "m"}]', "a list such as", id="no source"),
        pytest.param("max_run_usd", "0", "US dollars above 0, or none", id="no dollar"),
        pytest.param("max_run_usd", "inf", "US dollars above 0", id="dollars without end"),
        pytest.param("max_run_usd", True, "US dollars above 0", id="a boolean for dollars"),
        pytest.param("max_upload_usd", "", "US dollars above 0, or none", id="no text"),
        pytest.param("models_for_uploads", "", "ids of models", id="an empty id of a model"),
        pytest.param("default_model", "amazon.titan-image", "amazon.nova-", id="unknown family"),
        pytest.param(
            "default_model",
            "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc",
            "the ARN of an application profile",
            id="provisioned throughput, which batch jobs refuse",
        ),
        pytest.param("min_records", "10001", "from 1 to 10000", id="more than run on demand"),
        pytest.param("on_demand_at_once", "51", "records from 1 to 50", id="too many at once"),
        pytest.param(
            "default_model", "us.amazon.nova-lite-v1:0 ", "amazon.nova-", id="a trailing space"
        ),
        pytest.param(
            "default_model", "mars.amazon.nova-lite-v1:0", "its geography", id="unknown geography"
        ),
        pytest.param("profile_regions", '{"us": ["Ohio"]}', "an object such as", id="no Region"),
        pytest.param("profile_regions", "us-east-1", "an object such as", id="no object"),
        pytest.param("max_run_days", "0", "days from 1 to 365", id="no day"),
        pytest.param("max_run_days", "366", "days from 1 to 365", id="over Step Functions' limit"),
        pytest.param("job_timeout_h", "23", "hours from 24 to 168", id="under Bedrock's limit"),
        pytest.param("job_timeout_h", "169", "hours from 24 to 168", id="over Bedrock's limit"),
        pytest.param("kms_key_arn", "alias/mine", "the ARN of a KMS key", id="an alias"),
        pytest.param("kms_key_arn", f"{KEY} ", "the ARN of a KMS key", id="a trailing space"),
        pytest.param("vpc_subnet_ids", "vpc-0123", "1 to 16 ids of subnets", id="a network"),
        pytest.param("vpc_subnet_ids", "", "1 to 16 ids of subnets", id="no subnet"),
        pytest.param(
            "vpc_subnet_ids", [f"subnet-{n:08x}" for n in range(17)], "1 to 16", id="17 subnets"
        ),
        pytest.param("vpc_security_group_ids", "sg-1,,sg-2", "1 to 5 ids", id="an empty id"),
        pytest.param(
            "vpc_security_group_ids", [f"sg-{n:08x}" for n in range(6)], "1 to 5", id="6 groups"
        ),
        pytest.param("alarm_topic_arn", f"{TOPIC}.fifo", "not FIFO", id="a FIFO topic"),
        pytest.param("alarm_topic_arn", "alarms", "the ARN of an SNS topic", id="a name"),
    ],
)
def test_an_impossible_value_is_refused_with_what_is_expected(
    key: str, given: Any, complaint: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings_of(**{key: given})

    assert f"{key} is {given!r}" in str(refusal.value)
    assert complaint in str(refusal.value)


def test_all_problems_come_in_one_message() -> None:
    with pytest.raises(SettingsError) as refusal:
        settings_of(jobs_at_once="0", log_level="loud", job_at_once="3")

    message = str(refusal.value)
    assert "jobs_at_once is '0'" in message
    assert "log_level is 'loud'" in message
    assert "'job_at_once' is not a setting; settings are default_model, " in message


@pytest.mark.parametrize(
    "model_id",
    [
        "amazon.nova-2-lite-v1:0",
        "in.anthropic.claude-opus-5",
        "global.anthropic.claude-sonnet-4-6",
        "ca.meta.llama3-1-8b-instruct-v1:0",
        "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0",
        "arn:aws:bedrock:eu-west-1::foundation-model/cohere.command-text-v14",
        "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6",
        "arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3",
        "ai21.j2-mid-v1",
        "deepseek.v3.2",
        "eu.mistral.pixtral-large-2502-v1:0",
        "moonshotai.kimi-k2.5",
        "openai.gpt-oss-120b-1:0",
    ],
)
def test_a_default_model_may_be_an_id_a_profile_or_an_arn(model_id: str) -> None:
    assert settings_of(default_model=model_id).default_model == model_id


def test_quotas_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(SettingsError, match="min_records is 200, must not exceed max_records"):
        settings_of(min_records=200, max_records="100")


def test_a_run_that_would_end_before_its_job_is_refused() -> None:
    with pytest.raises(SettingsError, match="job_timeout_h is 168, must not exceed max_run_days"):
        settings_of(max_run_days=6)

    assert settings_of(max_run_days=6, job_timeout_h=144).max_run_days == 6


def test_a_network_is_subnets_and_groups_or_neither() -> None:
    network = settings_of(
        vpc_subnet_ids="subnet-1,subnet-2,subnet-1", vpc_security_group_ids="sg-1"
    )

    assert network.vpc_subnet_ids == ("subnet-1", "subnet-2")
    assert network.vpc_security_group_ids == ("sg-1",)
    with pytest.raises(SettingsError, match="must be given both, or neither"):
        settings_of(vpc_subnet_ids="subnet-1")
    with pytest.raises(SettingsError, match="must be given both, or neither"):
        settings_of(vpc_security_group_ids="sg-1")


def test_more_regions_than_a_policy_can_name_are_refused() -> None:
    many = {"us": [f"us-east-{n % 10}" if n < 10 else f"eu-west-{n % 10}" for n in range(20)]}
    more = {**many, "ap": [f"ap-southeast-{n}" for n in range(5)]}

    assert settings_of(profile_regions=many).profile_regions
    with pytest.raises(SettingsError, match=r"of 1\d{4} characters, which must have at most 10240"):
        settings_of(profile_regions=more)


def test_more_prefixes_than_a_policy_can_name_are_refused() -> None:
    us = {"us": ["us-east-1", "us-east-2", "us-west-2"]}

    settings = settings_of(model_prefixes="writer.,upstage.", profile_regions=us)
    assert settings.model_prefixes == ("writer.", "upstage.")
    with pytest.raises(SettingsError, match="leave out geographies or prefixes"):
        settings_of(model_prefixes=[f"provider-{n}." for n in range(30)], profile_regions=us)


@pytest.mark.parametrize(
    "prefix", ["writer", "*", "writer.*", "w?iter.", ".", "", "Writer.", "writer. ", "-writer."]
)
def test_a_prefix_is_a_provider_s_whole_name_and_no_wildcard(prefix: str) -> None:
    with pytest.raises(SettingsError, match=r"model_prefixes is \['.*such as \[\"writer.\"\]"):
        settings_of(model_prefixes=[prefix])


def test_a_default_model_may_begin_with_a_prefix() -> None:
    us = {"us": ["us-east-1", "us-west-2"]}
    chosen = {"default_model": "us.writer.palmyra-x5-v1:0", "profile_regions": us}

    assert settings_of(model_prefixes=["writer.palmyra-"], **chosen)
    with pytest.raises(SettingsError, match=r"default_model is 'us.writer.* or one of model_pref"):
        settings_of(**chosen)


def test_the_largest_input_fits_the_quota_of_1_gb() -> None:
    assert Settings().max_input_mib * 2**20 <= 10**9


def test_govcloud_has_a_geography_of_its_own() -> None:
    chosen = {"default_model": "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0"}

    with pytest.raises(SettingsError, match=r"must be one of profile_regions: .* or give"):
        settings_of(**chosen)
    assert settings_of(**chosen, profile_regions={"us-gov": ["us-gov-east-1", "us-gov-west-1"]})


def test_the_cdk_s_own_context_is_ignored() -> None:
    context = {"aws:cdk:bundling-stacks": [], "cli-telemetry": False, "@aws-cdk/core:x": True}

    assert settings_of(**context) == Settings()


def test_the_app_refuses_impossible_settings() -> None:
    with pytest.raises(SettingsError):
        make_app({"jobs_at_once": "many"})
