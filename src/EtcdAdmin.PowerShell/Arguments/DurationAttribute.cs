using System.Globalization;
using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>Accepts a duration as a TimeSpan, or as a plain number of the usual unit.</summary>
/// <remarks>Without this attribute, PowerShell takes <c>-Timeout 5</c> as five ticks, half a microsecond.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public abstract class DurationAttribute : ArgumentTransformationAttribute
{
    // More than any wait needs, and far below the limit of TimeSpan.
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
            _ => null, // not a duration; PowerShell reports it
        };
        if (duration <= TimeSpan.Zero)
            throw new ArgumentTransformationMetadataException($"'{given}' is not a valid duration: it must be more than 0.");
        return duration ?? inputData;
    }

    /// <summary>The duration that a plain number means.</summary>
    /// <param name="number">As given.</param>
    protected abstract TimeSpan FromNumber(double number);

    private TimeSpan Checked(double number) => number is >= -MaxNumber and <= MaxNumber
        ? FromNumber(number)
        : throw new ArgumentTransformationMetadataException($"'{number}' is too large for a duration.");
}

/// <summary>A plain number is seconds.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromSeconds(number);
}

/// <summary>A plain number is milliseconds, as in etcd's own settings.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MillisecondsAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromMilliseconds(number);
}

/// <summary>A plain number is minutes.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MinutesAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromMinutes(number);
}

/// <summary>A plain number is hours.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HoursAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromHours(number);
}

/// <summary>A plain number is days.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DaysAttribute : DurationAttribute
{
    /// <inheritdoc/>
    protected override TimeSpan FromNumber(double number) => TimeSpan.FromDays(number);
}
