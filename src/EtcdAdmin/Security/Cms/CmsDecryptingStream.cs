using EtcdAdmin.Errors;
using EtcdAdmin.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;

namespace EtcdAdmin.Security.Cms;

/// <summary>
/// Reads the content of a CMS message. Its tag comes last: do not use anything that was read before this stream has been read to its end
/// without an error.
/// </summary>
internal sealed class CmsDecryptingStream : ReadingStream
{
    private const byte OctetString = 0x04, AuthAttributes = 0xA1, UnauthAttributes = 0xA2;

    private readonly BerInput _input;
    private readonly CmsErrors _errors;
    private readonly CmsLevels _levels;
    private readonly GcmBlockCipher _cipher;
    private readonly int _tagSize;
    private readonly byte[] _sealed = new byte[CmsFormat.PartSize];
    private readonly byte[] _plain = new byte[CmsFormat.PartSize + 2 * CmsFormat.TagSize];
    private long _partLeft;
    private bool _isLastPart;
    private int _from;
    private int _to;
    private bool _isOver;

    internal CmsDecryptingStream(BerInput input, CmsErrors errors, CmsLevels levels, byte[] key, GcmParameters parameters)
    {
        _input = input;
        _errors = errors;
        _levels = levels;
        _tagSize = parameters.IcvLen;
        _cipher = AesGcmCipher.Create(forEncryption: false, key, parameters.GetNonce(), _tagSize);
        _input.Allow(long.MaxValue);
        if (levels.IsInParts) return;
        _isLastPart = true;
        _partLeft = levels.Octets.End - input.BytesRead ?? throw errors.Damaged("the length of its content is damaged");
    }

    /// <exception cref="EtcdException">The message was changed, truncated or extended.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (_from == _to && !_isOver) Decrypt();
        int length = Math.Min(buffer.Length, _to - _from);
        _plain.AsSpan(_from, length).CopyTo(buffer);
        _from += length;
        return length;
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    // Reading synchronously costs little: decryption takes far longer than the disk, and the library is synchronous.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    private void Decrypt()
    {
        int length = ReadContent();
        _from = 0;
        if (length > 0)
        {
            _to = _cipher.ProcessBytes(_sealed.AsSpan(0, length), _plain);
            return;
        }

        _isOver = true;
        _to = 0;
        byte[] tag = ReadEnd();
        try
        {
            int written = _cipher.ProcessBytes(tag, _plain);
            _to = written + _cipher.DoFinal(_plain.AsSpan(written));
        }
        catch (InvalidCipherTextException)
        {
            throw _errors.Damaged("the file was changed: the tag that authenticates its content does not match");
        }
    }

    private int ReadContent()
    {
        int filled = 0;
        while (filled < _sealed.Length && (_partLeft > 0 || NextPart()))
        {
            int length = (int)Math.Min(_partLeft, _sealed.Length - filled);
            _input.ReadExact(_sealed.AsSpan(filled, length));
            filled += length;
            _partLeft -= length;
        }

        return filled;
    }

    private bool NextPart()
    {
        while (!_isLastPart && !_input.IsAtEnd(_levels.Octets))
        {
            BerLevel part = _input.Enter(OctetString, "part of the content");
            _partLeft = part.End - _input.BytesRead ?? throw _errors.Damaged("the length of a part of its content is damaged");
            if (_partLeft > 0) return true;
        }

        _isLastPart = true;
        return false;
    }

    /// <summary>Reads everything after the content, and returns the tag.</summary>
    private byte[] ReadEnd()
    {
        _input.Allow(CmsFormat.MaxHeaderSize);
        _input.Leave(_levels.Octets, "the content");
        _input.Leave(_levels.Content, "EncryptedContentInfo");
        // They must be processed before the content but come after it. A stream cannot do that.
        if (_input.Peek() == AuthAttributes) throw _errors.NotSupported("it has authenticated attributes");
        byte[] tag = _input.ReadObject("tag", Asn1OctetString.GetInstance).GetOctets();
        if (_input.Peek() == UnauthAttributes) _input.ReadObject("attributes", found => found);
        _input.Leave(_levels.Data, "AuthEnvelopedData");
        _input.Leave(_levels.Outer, "AuthEnvelopedData");
        _input.Leave(_levels.Info, "ContentInfo");
        if (_input.Peek() >= 0) throw _errors.Damaged("data was appended to the file");
        return tag.Length == _tagSize ? tag : throw _errors.Damaged("its tag has a wrong length");
    }
}
