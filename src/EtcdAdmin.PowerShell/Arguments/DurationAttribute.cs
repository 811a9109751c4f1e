using System.Globalization;
using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>Lets a duration be given as a bare number of the unit that everybody expects there, or as a TimeSpan.</summary>
/// <remarks>PowerShell by itself takes <c>-Timeout 5</c> as five ticks, half a microsecond.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public abstract class DurationAttribute : ArgumentTransformationAttribute
{
    // Beyond what any wait needs, and far below what TimeSpan cannot hold.
    private const double MaxNumber = 1e9;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        TimeSpan? duration = given switch
        {
            TimeSpan span => span,
            sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal =>
                Checked(Convert.ToDouble(given, CultureInfo.InvariantCulture)),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => Checked(number),
            string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span) => span,
            _ => null, // no duration; PowerShell says so itself
        };
        if (duration <= TimeSpan.Zero) throw new ArgumentTransformationMetadataException($"'{given}' is not a duration: it must be more than 0.");
        return duration ?? inputData;
    }

    /// <summary>The duration that a bare number means.</summary>
    /// <param name="number">As given.</param>
    protected abstract TimeSpan FromNumber(double number);

    private TimeSpan Checked(double number) => number is >= -MaxNumber and <= MaxNumber
        ? FromNumber(number)
        : throw new ArgumentTransformationMetadataException($"'{number}' is too large for a duration.");
}

/// <summary>A bare number is seconds.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromSeconds(number);
}

/// <summary>A bare number is milliseconds, as in etcd's own settings.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MillisecondsAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromMilliseconds(number);
}

/// <summary>A bare number is hours.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HoursAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromHours(number);
}

/// <summary>A bare number is days.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DaysAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromDays(number);
}
