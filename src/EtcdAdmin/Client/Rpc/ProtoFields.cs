using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Reads the fields of a protobuf message in place.</summary>
/// <remarks>Source: protobuf's "Encoding" page.</remarks>
internal ref struct ProtoFields(ReadOnlyMemory<byte> message)
{
    private int _position;

    /// <summary>Field number and wire type of the current field.</summary>
    public uint Tag { get; private set; }

    /// <summary>Its value, if it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value, if it is bytes, text or a message.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Moves to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a protobuf message.</exception>
    public bool Next()
    {
        if (_position == message.Length) return false;
        Tag = (uint)ReadVarint();
        switch (WireFormat.GetTagWireType(Tag))
        {
            case WireFormat.WireType.Varint: Number = ReadVarint(); break;
            case WireFormat.WireType.LengthDelimited: Bytes = Take(ReadVarint()); break;
            case WireFormat.WireType.Fixed64: Take(8); break;
            case WireFormat.WireType.Fixed32: Take(4); break;
            default: throw new InvalidDataException($"a field has the invalid tag {Tag}");
        }

        return true;
    }

    private ReadOnlyMemory<byte> Take(ulong count)
    {
        if (count > (ulong)(message.Length - _position)) throw new InvalidDataException("a field is longer than its message");
        ReadOnlyMemory<byte> taken = message.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    private ulong ReadVarint()
    {
        ReadOnlySpan<byte> bytes = message.Span;
        ulong value = 0;
        for (int shift = 0; shift < 64 && _position < bytes.Length; shift += 7)
        {
            byte part = bytes[_position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }

        throw new InvalidDataException("a number does not end");
    }
}
