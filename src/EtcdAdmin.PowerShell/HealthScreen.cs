using System.Globalization;
using System.Management.Automation;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Text;

namespace EtcdAdmin.PowerShell;

/// <summary>The table of watched clusters on a terminal, painted again at each check, with the last changes below it.</summary>
internal sealed class HealthScreen
{
    private const int MaxChanges = 8;

    // ECMA-48: cursor to the first cell; erase to the end of the screen.
    private const string Home = "\e[H";
    private const string EraseRest = "\e[J";

    private readonly List<string> _changes = [];
    private bool _isFirst = true;

    private HealthScreen()
    {
    }

    /// <summary>The screen; null where objects are expected: in a pipeline, in a file, or in a host without a terminal.</summary>
    /// <param name="cmdlet">The cmdlet, on the pipeline thread.</param>
    public static HealthScreen? Find(PSCmdlet cmdlet) =>
        cmdlet.Host.Name == "ConsoleHost" && cmdlet.Host.UI.SupportsVirtualTerminal && !Console.IsOutputRedirected
            && cmdlet.MyInvocation is { } call && call.PipelinePosition == call.PipelineLength
            ? new HealthScreen()
            : null;

    /// <summary>Paints the results of a round of checks.</summary>
    /// <param name="cmdlet">The cmdlet, on the pipeline thread.</param>
    /// <param name="round">The health of each cluster, and the members whose health changed.</param>
    /// <param name="interval">The time until the next round.</param>
    public void Paint(PSCmdlet cmdlet, IReadOnlyList<(ClusterHealth Health, IReadOnlyList<EtcdHealth> Changed)> round, TimeSpan interval)
    {
        DateTime now = DateTime.Now;
        if (!_isFirst)
        {
            foreach (EtcdHealth member in round.SelectMany(one => one.Changed))
                _changes.Insert(0, $"{now:T} {TerminalText.Line($"{member.Cluster} {member}")}");
            if (_changes.Count > MaxChanges) _changes.RemoveRange(MaxChanges, _changes.Count - MaxChanges);
        }

        _isFirst = false;
        string table = string.Concat(cmdlet.InvokeCommand.InvokeScript(
            "param($members) $members | Out-String", useNewScope: true, System.Management.Automation.Runspaces.PipelineResultTypes.None, null,
            [round.SelectMany(one => one.Health.Members).ToArray()])).TrimEnd();
        // Not null.
        IEnumerable<string> warnings = round.SelectMany(one => one.Health.Warnings).Select(warning => TerminalText.Line($"Warning: {warning}")!);
        string footer =
            string.Create(CultureInfo.CurrentCulture, $"Checked at {now:T}; the next check is in {interval.TotalSeconds:0} s. Ctrl+C ends.");
        cmdlet.Host.UI.Write(Home + EraseRest + string.Join(Environment.NewLine, [table, .. warnings, "", .. _changes, footer, ""]));
    }
}
