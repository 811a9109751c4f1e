using System.Globalization;

namespace EtcdAdmin.Client.Records;

/// <summary>A member's id; printed as by etcdctl, in plain hexadecimal.</summary>
/// <param name="Value">0 means no member, for instance the leader of a cluster without a leader.</param>
public readonly record struct MemberId(ulong Value)
{
    /// <summary>No member.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Reads the output of <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">The text is not a hexadecimal number of at most 64 bits.</exception>
    public static MemberId Parse(string text) =>
        TryParse(text, out MemberId id) ? id : throw new FormatException($"'{text}' is not a member id (up to 16 hexadecimal digits).");

    /// <summary>Reads the output of <see cref="ToString"/>; false if the text is not a hexadecimal number of at most 64 bits.</summary>
    public static bool TryParse(string? text, out MemberId id)
    {
        bool valid = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value);
        id = new MemberId(value);
        return valid;
    }

    /// <summary>Plain hexadecimal, for instance <c>8e9e05c52164694d</c>.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}

/// <summary>A cluster's id; printed as by etcdctl, in plain hexadecimal.</summary>
/// <param name="Value">Made by etcd from the initial members and the cluster token.</param>
public readonly record struct ClusterId(ulong Value)
{
    /// <summary>Plain hexadecimal, for instance <c>cdf818194e3a8c32</c>.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}

/// <summary>A lease's id; printed as by etcdctl, in 16 hexadecimal digits.</summary>
/// <param name="Value">0 is not a lease.</param>
public readonly record struct LeaseId(long Value)
{
    /// <summary>No lease.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Reads the output of <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">The text is not a hexadecimal number of at most 64 bits.</exception>
    public static LeaseId Parse(string text) =>
        TryParse(text, out LeaseId id) ? id : throw new FormatException($"'{text}' is not a lease id (up to 16 hexadecimal digits).");

    /// <summary>Reads the output of <see cref="ToString"/>; false if the text is not a hexadecimal number of at most 64 bits.</summary>
    public static bool TryParse(string? text, out LeaseId id)
    {
        bool valid = long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value);
        id = new LeaseId(value);
        return valid;
    }

    /// <summary>16 hexadecimal digits, for instance <c>694d71ddacfda227</c>.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
