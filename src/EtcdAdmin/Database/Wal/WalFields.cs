namespace EtcdAdmin.Database.Wal;

/// <summary>Reads the fields of a protobuf message: numbers (varint) and bytes, the only types in etcd's log.</summary>
internal ref struct WalFields(ReadOnlySpan<byte> message)
{
    private const int VarintKind = 0;
    private const int BytesKind = 2;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field that <see cref="MoveNext"/> moved to.</summary>
    public int Number { get; private set; }

    /// <summary>Whether the field is a number; otherwise it is bytes.</summary>
    public bool IsNumber { get; private set; }

    /// <summary>The value of a number field.</summary>
    public ulong Value { get; private set; }

    /// <summary>The value of a bytes field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>False after an invalid field was found.</summary>
    public bool IsValid { get; private set; } = true;

    /// <summary>Moves to the next field; false after the last field and at an invalid field.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        IsValid = TryRead();
        return IsValid;
    }

    /// <summary>Appends a field with a number.</summary>
    public static void Write(List<byte> message, int number, ulong value)
    {
        message.Add((byte)(number << 3 | VarintKind));
        WriteVarint(message, value);
    }

    /// <summary>Appends a field with bytes.</summary>
    public static void Write(List<byte> message, int number, IReadOnlyCollection<byte> bytes)
    {
        message.Add((byte)(number << 3 | BytesKind));
        WriteVarint(message, (ulong)bytes.Count);
        message.AddRange(bytes);
    }

    private static void WriteVarint(List<byte> message, ulong value)
    {
        for (; value >= 0x80; value >>= 7) message.Add((byte)(value | 0x80));
        message.Add((byte)value);
    }

    private bool TryRead()
    {
        if (!TryReadVarint(out ulong tag) || tag >> 3 is 0 or > int.MaxValue) return false;
        Number = (int)(tag >> 3);
        if (!TryReadVarint(out ulong value)) return false;
        IsNumber = (tag & 7) == VarintKind;
        switch (tag & 7)
        {
            case VarintKind:
                Value = value;
                return true;
            case BytesKind when value <= (ulong)_rest.Length:
                Bytes = _rest[..(int)value];
                _rest = _rest[(int)value..];
                return true;
            default:
                return false;
        }
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
