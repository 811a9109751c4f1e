namespace EtcdAdmin.KeyFiles;

/// <summary>The format of a key file; docs/design/key-export.md describes both formats.</summary>
public enum KeyFileFormat
{
    /// <summary>One JSON object per line.</summary>
    JsonLines,

    /// <summary>Comma-separated values (RFC 4180).</summary>
    Csv,
}
