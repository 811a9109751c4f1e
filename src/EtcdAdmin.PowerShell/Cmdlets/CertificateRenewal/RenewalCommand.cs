using System.Globalization;

namespace EtcdAdmin.PowerShell.Cmdlets;

/// <summary>The command lines with which the timer of a renewal works.</summary>
internal static class RenewalCommand
{
    /// <summary>Renews what is due, and prints in one line what it renewed and when the next certificate expires.</summary>
    /// <param name="module">The full path of the module's file.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="daysLeft">Certificates that are valid for fewer days are due.</param>
    /// <param name="keepsKeys">Whether the keys are kept.</param>
    public static IReadOnlyList<string> Of(string module, string cluster, int daysLeft, bool keepsKeys)
    {
        string name = MonitorCommand.Quote(cluster);
        string days = daysLeft.ToString(CultureInfo.InvariantCulture);
        return MonitorCommand.Line(module,
            $"$renewed = @(Update-EtcdCertificate -Cluster {name} -DaysLeft {days}{(keepsKeys ? " -KeepKey" : "")} -Confirm:$false)",
            $"$next = Get-EtcdCertificate -Cluster {name} | Where-Object Use -NE Authority | Sort-Object NotAfter | Select-Object -First 1",
            "$until = \"the next certificate expires on $($next.NotAfter.UtcDateTime.ToString('yyyy-MM-dd'))\"",
            "$(if ($renewed) { \"renewed $($renewed.Count) certificates; $until\" } else { \"nothing is due; $until\" })");
    }

    /// <summary>Checks that a renewal would work: it plans one of all certificates, and changes nothing.</summary>
    /// <param name="module">The full path of the module's file.</param>
    /// <param name="cluster">The cluster's name.</param>
    public static IReadOnlyList<string> Check(string module, string cluster) =>
        MonitorCommand.Line(module, $"Update-EtcdCertificate -Cluster {MonitorCommand.Quote(cluster)} -WhatIf");
}
