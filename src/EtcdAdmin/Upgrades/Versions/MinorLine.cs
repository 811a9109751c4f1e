using System.Globalization;

namespace EtcdAdmin.Upgrades.Versions;

/// <summary>A minor version of etcd, and its place in the order in which clusters are upgraded.</summary>
/// <param name="Major">First number.</param>
/// <param name="Minor">Second number.</param>
public readonly record struct MinorLine(int Major, int Minor) : IComparable<MinorLine>
{
    // etcd 2.3 is the last of its major version, and is followed by 3.0 (upgrade guide of 3.0).
    private const int LastOfTwo = 3;

    /// <summary>The line of a version.</summary>
    /// <param name="version">The version.</param>
    public static MinorLine Of(EtcdVersion version) => new(version.Major, version.Minor);

    /// <summary>The line after this one.</summary>
    public MinorLine Next => this is { Major: 2, Minor: LastOfTwo } ? new(3, 0) : this with { Minor = Minor + 1 };

    /// <summary>The version that members agree on while they run this line: with patch 0.</summary>
    public EtcdVersion ClusterVersion => new(Major, Minor, 0);

    /// <summary>The number of steps from this line to another; negative for an older line.</summary>
    /// <param name="other">The other line.</param>
    public int StepsTo(MinorLine other) => other.Order - Order;

    /// <summary>The lines after this one up to another.</summary>
    /// <param name="last">The last line; none where it is not newer.</param>
    public IEnumerable<MinorLine> Until(MinorLine last)
    {
        for (MinorLine line = this; line < last;) yield return line = line.Next;
    }

    /// <summary>Whether one line comes before another.</summary>
    public static bool operator <(MinorLine left, MinorLine right) => left.Order < right.Order;

    /// <summary>Whether one line comes after another.</summary>
    public static bool operator >(MinorLine left, MinorLine right) => left.Order > right.Order;

    /// <summary>Whether one line is another, or comes before it.</summary>
    public static bool operator <=(MinorLine left, MinorLine right) => left.Order <= right.Order;

    /// <summary>Whether one line is another, or comes after it.</summary>
    public static bool operator >=(MinorLine left, MinorLine right) => left.Order >= right.Order;

    /// <inheritdoc/>
    public int CompareTo(MinorLine other) => Order.CompareTo(other.Order);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private int Order => Major <= 2 ? Minor - LastOfTwo - 1 : Minor + (1000 * (Major - 3));
}
