using System.Collections;
using System.Globalization;
using System.Management.Automation.Language;
using EtcdAdmin.Deployment.Files;
using EtcdAdmin.Errors;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>Reads cluster files of every format: .yaml, .yml and .json with the core, and .psd1 with PowerShell.</summary>
public static class ClusterFiles
{
    private const int MaxLength = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A full path of the file system.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="EtcdException">SpecInvalid: the file has errors; the message names them with their lines.</exception>
    public static async Task<ClusterFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path.EndsWith(".psd1", StringComparison.OrdinalIgnoreCase)
            ? ClusterFile.From(ReadData(path), path)
            : await ClusterFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The table in a data file. The file is parsed, never run: anything that is not constant is refused.</summary>
    private static IDictionary ReadData(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw Refuse(path, "there is no such file");
        if (file.Length > MaxLength) throw Refuse(path, "it is larger than 1 MiB");
        ScriptBlockAst script;
        ParseError[] errors;
        try
        {
            script = Parser.ParseFile(path, out _, out errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(path, $"it cannot be read: {e.Message}", e);
        }

        if (errors.Length > 0) throw Refuse(path, PlaceOf(errors[0].Extent) + errors[0].Message);
        if (TableOf(script) is not { } table) throw Refuse(path, "it must hold one table, @{ ... }, and nothing else");
        try
        {
            return table.SafeGetValue() as IDictionary ?? throw Refuse(path, "it must hold one table, @{ ... }");
        }
        catch (InvalidOperationException e)
        {
            throw Refuse(path, "it holds code, or too much data; a cluster file may hold constants only", e);
        }
    }

    private static HashtableAst? TableOf(ScriptBlockAst script) =>
        script is { ParamBlock: null, BeginBlock: null, ProcessBlock: null, DynamicParamBlock: null, EndBlock.Statements: [PipelineAst pipeline] }
        && pipeline.PipelineElements is [CommandExpressionAst { Expression: HashtableAst table }]
            ? table
            : null;

    private static string PlaceOf(IScriptExtent extent) => string.Create(CultureInfo.InvariantCulture,
        $"line {extent.StartLineNumber}, column {extent.StartColumnNumber}: ");

    private static EtcdException Refuse(string path, string reason, Exception? cause = null) =>
        new(EtcdErrorIds.SpecInvalid, $"The cluster file '{path}' cannot be used: {reason.TrimEnd('.')}.", cause)
        {
            Target = path,
            NextStep = "Correct the file. about_EtcdClusterFile describes its format.",
        };
}
