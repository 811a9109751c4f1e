using System.Security.Cryptography;
using EtcdAdmin.Security.Cms;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace EtcdAdmin.Tests.Security.Cms;

/// <summary>Recipients with a passphrase, valid and hostile.</summary>
public sealed class PassphraseRecipientTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(CmsFormat.KeySize);

    [Fact]
    public void Unwrap_WhatForWrapped_GivesTheKeyOnlyForThePassphrase()
    {
        CmsRecipient recipient = Assert.Single(CmsRecipient.ListOf(new DerSet(PassphraseRecipient.For("sesame", Key))));

        Assert.Equal(CmsFormat.Iterations, recipient.Iterations);
        Assert.Equal(Key, recipient.Unwrap("sesame"));
        Assert.Null(recipient.Unwrap("Sesame"));
    }

    [Theory]
    [InlineData(0, 48)] // the initialization vector has no bytes
    [InlineData(8, 48)]
    [InlineData(16, 0)]
    [InlineData(16, 16)]
    [InlineData(16, 47)]
    public void Unwrap_DamagedParameters_GiveNothing(int vectorLength, int wrappedLength)
    {
        var recipient = new PassphraseRecipient(Info(1000, NistObjectIdentifiers.IdAes256Cbc, vectorLength, wrappedLength));

        Assert.Null(recipient.Unwrap("sesame"));
    }

    [Fact]
    public void Unwrap_OtherCipher_GivesNothing() =>
        Assert.Null(new PassphraseRecipient(Info(1000, PkcsObjectIdentifiers.DesEde3Cbc, 8, 40)).Unwrap("sesame"));

    [Fact]
    public void ListOf_PassphrasesThatWouldTakeMinutes_AreRefused()
    {
        PasswordRecipientInfo slow = Info(CmsFormat.MaxIterations, NistObjectIdentifiers.IdAes256Cbc, 16, 48);
        PasswordRecipientInfo quick = Info(1, NistObjectIdentifiers.IdAes256Cbc, 16, 48);

        Assert.Single(CmsRecipient.ListOf(new DerSet(new RecipientInfo(slow))));
        Assert.Throws<ArgumentException>(() => CmsRecipient.ListOf(new DerSet(new RecipientInfo(slow), new RecipientInfo(quick))));
        Assert.Throws<ArgumentException>(() => new PassphraseRecipient(Info(0, NistObjectIdentifiers.IdAes256Cbc, 16, 48)));
    }

    private static PasswordRecipientInfo Info(int iterations, DerObjectIdentifier cipher, int vectorLength, int wrappedLength) => new(
        new AlgorithmIdentifier(PkcsObjectIdentifiers.IdPbkdf2, new Pbkdf2Params(
            new byte[8], iterations, new AlgorithmIdentifier(PkcsObjectIdentifiers.IdHmacWithSha256, DerNull.Instance))),
        new AlgorithmIdentifier(
            PkcsObjectIdentifiers.IdAlgPwriKek, new AlgorithmIdentifier(cipher, new DerOctetString(new byte[vectorLength]))),
        new DerOctetString(new byte[wrappedLength]));
}
