"""Proofs of records: singly, in batches, through time; SM2 against a second implementation."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rongshu.federation.signing import errors, merkle, statements
from rongshu.federation.signing.keys import KeysInMemory, SigningKey, VerifiedBy, VerifyingKey, thumbprint
from rongshu.federation.signing.proofs import (
    Proof,
    Statement,
    check_many,
    check_proof,
    prove,
    prove_batch,
    prove_many,
)
from rongshu.federation.signing.providers import provider

NODE = UUID("0198c000-0000-7000-8000-000000000001")
NOW = datetime(2026, 5, 4, 3, 2, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALGORITHMS = ["ed25519", "sm2"]


def _statements(count: int) -> list[Statement]:
    return [
        Statement(NODE, uuid4(), number, f"sha256:{number:064x}", "upsert", NOW) for number in range(count)
    ]


@pytest.fixture(params=ALGORITHMS)
def key(request: pytest.FixtureRequest) -> SigningKey:
    if request.param == "sm2":
        pytest.importorskip("gmssl_fast")
    return SigningKey.generate(NODE, request.param)


def test_what_is_signed_is_canonical_json() -> None:
    said = Statement(NODE, UUID(int=7), 3, "sha256:" + "0" * 64, "withdrawn", NOW)
    assert said.as_bytes().decode() == (
        '{"at":"2026-05-04T03:02:01.000005Z","digest":"sha256:' + "0" * 64 + '","kind":"withdrawn",'
        '"node":"0198c000-0000-7000-8000-000000000001","resource":"00000000-0000-0000-0000-000000000007",'
        '"type":"rongshu-record-1","version":3}'
    )


def test_each_record_is_proven_alone(key: SigningKey) -> None:
    ring = KeysInMemory([key.public()])
    said = _statements(9)
    for proofs in (prove_many(said, key), prove_batch(said, key)):
        carried = [Proof.of_json(proof.as_json()) for proof in proofs]
        assert carried == proofs
        assert all(isinstance(one, VerifiedBy) for one in check_many(zip(said, carried, strict=True), ring))
        for change in (
            {"digest": "sha256:" + "f" * 64},
            {"version": 99},
            {"kind": "purged"},
            {"resource": uuid4()},
        ):
            with pytest.raises(errors.ProofWrong):
                check_proof(replace(said[4], **change), carried[4], ring)
        with pytest.raises(errors.KeyUnknown):
            check_proof(replace(said[4], node=uuid4()), carried[4], ring)
        with pytest.raises(errors.ProofWrong):
            check_proof(said[4], carried[5], ring)


def test_one_forged_proof_stops_no_other(key: SigningKey) -> None:
    said = _statements(3)
    proofs = prove_many(said, key)
    proofs[1] = replace(proofs[1], signature="A" * 86)
    first, forged, last = check_many(zip(said, proofs, strict=True), KeysInMemory([key.public()]))
    assert isinstance(first, VerifiedBy)
    assert isinstance(last, VerifiedBy)
    assert isinstance(forged, errors.ProofWrong)


@pytest.mark.parametrize(
    "written", [{}, {"key": 1}, {"key": "a", "at": "today", "signature": "b"}, {"batch": 7}]
)
def test_a_proof_that_is_none_is_refused(written: dict[str, object]) -> None:
    with pytest.raises(errors.SignatureMalformed):
        Proof.of_json(written)


def test_a_retired_key_proves_what_it_signed_in_its_time() -> None:
    key = SigningKey.generate(NODE)
    said = _statements(1)[0]
    proof = prove(said, key)
    check_proof(said, proof, KeysInMemory([replace(key.public(), valid_until=NOW + HOUR)]))
    with pytest.raises(errors.KeyNotInForce):
        check_proof(said, proof, KeysInMemory([replace(key.public(), valid_until=NOW - HOUR)]))


def test_a_revoked_keys_own_time_counts_for_nothing_but_a_witness_does() -> None:
    key = SigningKey.generate(NODE)
    said = _statements(1)[0]
    proof = prove(said, key)
    ring = KeysInMemory([key.public().revoked(NOW + HOUR)])
    # Whoever stole the key can write any time into what he signs.
    with pytest.raises(errors.KeyRevoked):
        check_proof(said, proof, ring)
    assert check_proof(said, proof, ring, witnessed_at=NOW + HOUR / 2).node == NODE
    with pytest.raises(errors.KeyRevoked):
        check_proof(said, proof, ring, witnessed_at=NOW + 2 * HOUR)


@given(st.integers(1, 70), st.data())
def test_hash_trees_prove_each_leaf_and_nothing_else(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([number]), "sha256") for number in range(size)]
    root, paths = merkle.root_and_paths(leaves, "sha256")
    index = data.draw(st.integers(0, size - 1))
    assert merkle.root_from_path(leaves[index], index, size, paths[index], "sha256") == root
    other = data.draw(st.integers(0, size + 2))
    if other != index:
        assert merkle.root_from_path(leaves[index], other, size, paths[index], "sha256") != root
    assert merkle.root_from_path(leaves[index], index, size, [*paths[index], root], "sha256") != root


def test_the_fingerprint_is_that_of_rfc_8037() -> None:
    # RFC 8037, appendix A.3.
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint({**jwk, "kid": "ignored"}) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        {"kty": "OKP", "crv": "X25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty": "RSA", "n": "AQAB"},
        {"kty": "EC", "crv": "SM2", "x": "AAAA", "y": "AAAA"},
        {"kty": "EC", "crv": "SM2", "x": "A" * 43, "y": "A" * 43},
        {"kty": "OKP", "crv": "Ed25519", "x": 7},
    ],
)
def test_what_is_no_key_is_refused(jwk: dict[str, str]) -> None:
    with pytest.raises(errors.SignatureRefused):
        VerifyingKey.of_jwk(NODE, jwk)


def test_private_keys_survive_their_file(key: SigningKey) -> None:
    pem = key.signer.private_pem()
    again = SigningKey.of(NODE, provider(key.algorithm).load_private(pem), key.algorithm)
    assert again.key_id == key.key_id
    with pytest.raises(ValueError, match="key"):
        provider(key.algorithm).load_private(pem.replace(b"PRIVATE", b"PUBLIC"))


def test_sm2_agrees_with_a_second_implementation() -> None:
    pytest.importorskip("gmssl_fast")
    sm2, sm3 = pytest.importorskip("gmssl.sm2"), pytest.importorskip("gmssl.sm3")
    message = "省级枢纽与地市节点".encode()
    for _ in range(3):
        key = SigningKey.generate(NODE, "sm2")
        raw = b64decode(b"".join(key.signer.private_pem().splitlines()[1:-1]))
        private, public = raw[:32].hex(), raw[32:].hex()
        # The second implementation strips leading 0 and 4 of a public key: hand it over in its own field.
        other = sm2.CryptSM2(private_key=private, public_key="ff")
        other.public_key = public
        assert other.verify_with_sm3(key.signer.sign(message).hex(), message)
        theirs = bytes.fromhex(other.sign_with_sm3(message))
        verifier = key.public().verifier
        assert verifier.is_valid(theirs, message)
        assert not verifier.is_valid(theirs, message + b".")
    assert hashlib.new("sm3", message).hexdigest() == sm3.sm3_hash(list(message))


def test_statements_of_keys_are_their_signers(key: SigningKey) -> None:
    ring = KeysInMemory([key.public()])
    new = SigningKey.generate(NODE, key.algorithm)
    announced = statements.state(statements.ANNOUNCED, new.public(), by=key, at=NOW, possessor=new)
    read = statements.of_field(statements.as_field(announced))
    statements.check_statement(read, ring)
    assert read.key.key_id == new.key_id
    for change in (
        {"reason": "other"},
        {"valid_until": "2099-01-01T00:00:00.000000Z"},
        {"possession": "AAAA"},
    ):
        with pytest.raises(errors.SignatureRefused):
            statements.check_statement(statements.read_statement({**announced, **change}), ring)
    # Nobody announces a key he does not hold.
    unheld = statements.state(statements.ANNOUNCED, new.public(), by=key, at=NOW)
    with pytest.raises(errors.SignatureWrong):
        statements.check_statement(statements.read_statement(unheld), ring)
    ring.add(key.public().revoked(NOW - HOUR))
    with pytest.raises(errors.KeyRevoked):
        statements.check_statement(read, ring)


@pytest.mark.parametrize("written", [None, [], {}, {"type": "rongshu-key-1", "kind": "announced"}, "x"])
def test_what_is_no_statement_is_refused(written: object) -> None:
    with pytest.raises(errors.SignatureMalformed):
        statements.read_statement(written)
