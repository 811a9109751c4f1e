using System.Globalization;
using System.Management.Automation;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>How long a cluster is held at its version: Forever, None, until a time, or for a duration.</summary>
/// <remarks>PowerShell uses a constructor only if its type matches exactly.</remarks>
public sealed class VersionHoldArgument
{
    internal const string Forever = "Forever";
    internal const string None = "None";

    /// <summary><c>Forever</c>, <c>None</c>, or a time such as <c>2027-03-01</c>, in this machine's time zone if it names none.</summary>
    /// <param name="text">The text.</param>
    public VersionHoldArgument(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Equals(None, StringComparison.OrdinalIgnoreCase)) return;
        Hold = text.Equals(Forever, StringComparison.OrdinalIgnoreCase)
            ? new VersionHold()
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset end)
                ? Until(end)
                : throw new PSArgumentException($"'{text}' is not a version hold. Give a date such as 2027-03-01, a TimeSpan, {Forever}, or {None}.");
    }

    /// <summary>Until a time.</summary>
    /// <param name="end">The time; local if it has no zone.</param>
    public VersionHoldArgument(DateTime end)
        : this(new DateTimeOffset(end))
    {
    }

    /// <summary>Until a time.</summary>
    /// <param name="end">The time.</param>
    public VersionHoldArgument(DateTimeOffset end) => Hold = Until(end);

    /// <summary>From now on.</summary>
    /// <param name="duration">The duration.</param>
    public VersionHoldArgument(TimeSpan duration) => Hold = Until(DateTimeOffset.UtcNow + duration);

    /// <summary>The hold; null releases it.</summary>
    public VersionHold? Hold { get; }

    /// <inheritdoc/>
    public override string ToString() => Hold?.ToString() ?? None;

    // To a second, as it is shown.
    private static VersionHold Until(DateTimeOffset end) => end > DateTimeOffset.UtcNow
        ? new VersionHold(DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds()))
        : throw new PSArgumentException(FormattableString.Invariant(
            $"The version hold would end in the past ({end:u}). Give a later time, or None to release it."));
}
