using System.Globalization;
using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>Lets a duration be given as a bare number of the unit that everybody expects there, or as a TimeSpan.</summary>
/// <remarks>PowerShell by itself takes <c>-Timeout 5</c> as five ticks, half a microsecond.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public abstract class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        double? number = given switch
        {
            sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal =>
                Convert.ToDouble(given, CultureInfo.InvariantCulture),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) => parsed,
            _ => null, // a TimeSpan, or text that PowerShell reads as one
        };
        return number is { } value ? FromNumber(value) : inputData;
    }

    /// <summary>The duration that a bare number means.</summary>
    /// <param name="number">As given.</param>
    protected abstract TimeSpan FromNumber(double number);
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
