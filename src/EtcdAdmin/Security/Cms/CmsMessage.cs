using EtcdAdmin.Errors;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Asn1.X509;

namespace EtcdAdmin.Security.Cms;

/// <summary>The start of a CMS message: its recipients and how its content is encrypted. Written by any tool, in DER or BER.</summary>
internal sealed class CmsMessage
{
    private const byte Sequence = 0x30, ExplicitContent = 0xA0, OriginatorInfo = 0xA0, ContentInParts = 0xA0, Content = 0x80;

    private readonly BerInput _input;
    private readonly CmsErrors _errors;
    private readonly CmsLevels _levels;
    private readonly GcmParameters _parameters;

    private CmsMessage(BerInput input, CmsErrors errors)
    {
        _errors = errors;
        _input = input;
        _input.Allow(CmsFormat.MaxHeaderSize);
        BerLevel info = _input.Enter(Sequence, "ContentInfo");
        DerObjectIdentifier type = _input.ReadObject("content type", DerObjectIdentifier.GetInstance);
        if (!type.Equals(CmsObjectIdentifiers.AuthEnvelopedData))
            throw errors.NotSupported("it is not authenticated (EnvelopedData instead of AuthEnvelopedData), so changes in it cannot be detected");
        BerLevel outer = _input.Enter(ExplicitContent, "AuthEnvelopedData");
        BerLevel data = _input.Enter(Sequence, "AuthEnvelopedData");
        DerInteger version = _input.ReadObject("version", DerInteger.GetInstance);
        if (!version.HasValue(0)) throw errors.NotSupported($"it has version {version} of AuthEnvelopedData");
        if (_input.Peek() == OriginatorInfo) _input.ReadObject("OriginatorInfo", found => found); // certificates of the sender, if any
        Recipients = _input.ReadObject("RecipientInfos", CmsRecipient.ListOf);
        if (Recipients.Count is 0 or > CmsFormat.MaxRecipients) throw errors.Damaged($"it has {Recipients.Count} recipients");
        BerLevel content = _input.Enter(Sequence, "EncryptedContentInfo");
        DerObjectIdentifier contentType = _input.ReadObject("type of the content", DerObjectIdentifier.GetInstance);
        if (!contentType.Equals(CmsObjectIdentifiers.Data)) throw errors.NotSupported($"its content has the type {contentType}, not data");
        AlgorithmIdentifier algorithm = _input.ReadObject("content algorithm", AlgorithmIdentifier.GetInstance);
        KeySize = CmsAlgorithms.GcmKeySize(algorithm.Algorithm)
            ?? throw errors.NotSupported($"its content is encrypted with {algorithm.Algorithm}, not AES-GCM");
        _parameters = ParametersOf(algorithm);
        bool isInParts = _input.Peek() == ContentInParts;
        BerLevel octets = _input.Enter(isInParts ? ContentInParts : Content, "encrypted content");
        _levels = new CmsLevels(info, outer, data, content, octets, isInParts);
    }

    /// <summary>The recipients; each can open the message alone.</summary>
    public IReadOnlyList<CmsRecipient> Recipients { get; }

    /// <summary>Bytes of the key.</summary>
    public int KeySize { get; }

    /// <summary>Reads the start of a message.</summary>
    /// <param name="stream">Positioned at the start of the message; afterwards at the start of its content. Its creator disposes it.</param>
    /// <param name="errors">Creates the errors.</param>
    /// <exception cref="EtcdException">Created by <paramref name="errors"/>.</exception>
    public static CmsMessage Read(Stream stream, CmsErrors errors) => new(new BerInput(stream, errors), errors);

    /// <summary>Returns the decrypted content. Call this once.</summary>
    /// <param name="key">The key, <see cref="KeySize"/> bytes.</param>
    public CmsDecryptingStream Decrypt(byte[] key) => new(_input, _errors, _levels, key, _parameters);

    private GcmParameters ParametersOf(AlgorithmIdentifier algorithm)
    {
        GcmParameters? parameters;
        try
        {
            parameters = GcmParameters.GetInstance(algorithm.Parameters);
        }
        catch (ArgumentException)
        {
            throw _errors.Damaged("its content algorithm is damaged");
        }

        return parameters is { IcvLen: >= CmsFormat.MinTagSize and <= CmsFormat.TagSize } && parameters.GetNonce().Length > 0
            ? parameters
            : throw _errors.Damaged("its content algorithm is damaged");
    }
}

/// <summary>The levels of a message that are open where its content starts, from the outermost.</summary>
/// <param name="Info">ContentInfo.</param>
/// <param name="Outer">The tag around AuthEnvelopedData.</param>
/// <param name="Data">AuthEnvelopedData.</param>
/// <param name="Content">EncryptedContentInfo.</param>
/// <param name="Octets">The encrypted content.</param>
/// <param name="IsInParts">Whether the content is in parts (constructed).</param>
internal sealed record CmsLevels(BerLevel Info, BerLevel Outer, BerLevel Data, BerLevel Content, BerLevel Octets, bool IsInParts);
