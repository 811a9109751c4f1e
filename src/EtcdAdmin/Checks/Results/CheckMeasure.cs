using System.Globalization;

namespace EtcdAdmin.Checks.Results;

/// <summary>The number behind a result, for graphs.</summary>
/// <param name="Label">Its name, for instance <c>db_share</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit"><c>s</c>, <c>%</c>, <c>B</c>, or empty for a count.</param>
/// <param name="Warning">The range of values without a warning, in the notation of Nagios: <c>80</c> is 0 to 80, <c>30:</c> is 30 and more. Null if
/// there is none.</param>
/// <param name="Critical">The same for critical values.</param>
/// <remarks>Source of the notation: Monitoring Plugins Development Guidelines, "Threshold and Ranges".</remarks>
public sealed record CheckMeasure(string Label, double Value, string Unit, string? Warning = null, string? Critical = null)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Label}={Value:0.######}{Unit};{Warning};{Critical}");
}
