using EtcdAdmin.Hosts;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>The scripts that a conversion runs on a host.</summary>
internal static class ConversionScripts
{
    /// <summary>Prints where the data is, whose it is, and the hashes of certificates.</summary>
    public static string Survey => ShellScript.Of(typeof(ConversionScripts), "survey-conversion");

    /// <summary>Copies the host's own programs.</summary>
    public static string CopyPrograms => ShellScript.Of(typeof(ConversionScripts), "copy-programs");

    /// <summary>Packs and compares the old installation.</summary>
    public static string BackUp => ShellScript.Of(typeof(ConversionScripts), "back-up");

    /// <summary>Disables the old unit.</summary>
    public static string LeaveUnit => ShellScript.Of(typeof(ConversionScripts), "leave-unit");

    /// <summary>Enables the old unit again.</summary>
    public static string EnableUnit => ShellScript.Of(typeof(ConversionScripts), "enable-unit");

    /// <summary>Moves the data to its new folders.</summary>
    public static string MoveIn => ShellScript.Of(typeof(ConversionScripts), "move-in");

    /// <summary>Moves the data back.</summary>
    public static string MoveBack => ShellScript.Of(typeof(ConversionScripts), "move-back");

    /// <summary>Lists the segments of the log that were written since the data was moved.</summary>
    public static string ListNewSegments => ShellScript.Of(typeof(ConversionScripts), "list-new-segments");

    /// <summary>Copies certificates and keys.</summary>
    public static string CopyCertificates => ShellScript.Of(typeof(ConversionScripts), "copy-certificates");

    /// <summary>Removes the old installation.</summary>
    public static string Purge => ShellScript.Of(typeof(ConversionScripts), "purge");
}
